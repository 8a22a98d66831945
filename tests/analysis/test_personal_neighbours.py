"""Numbers of papers, offices and plates that look like each other: what stands before and behind tells them apart."""

import pytest

from portal.analysis.personal_data import SURE, find_personal_data


def kinds(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find_personal_data(text)]


@pytest.mark.parametrize(
    "text",
    [
        "营业执照430104000123456号",
        "注册号：430104000123456",
        "营业执照注册号为430104000123456的商户",
        "食品经营许可证430104910123456",
        "招标编号HNZB-2019-0731-84412233",
        "采购编号：ZFCG2020-0731-84412233",
        "湘财采〔2019〕0731-84412233",
    ],
)
def test_the_number_of_a_paper_is_nobodys(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份证430104700123456", ("id_card", "430104700123456")),
        ("营业执照法人身份证号430104700123456", ("id_card", "430104700123456")),
        ("我家TEL-0731-84412233", ("landline", "0731-84412233")),
        ("2019年起打0731-84412233没人接", ("landline", "0731-84412233")),
        ("家里0731-84412233/0731-84412244", ("landline", "0731-84412244")),
        ("车牌湘 A 8 K 3 D 7", ("plate", "湘 A 8 K 3 D 7")),
        ("我的车是 粤 B 1 2 3 4 5，被拖走", ("plate", "粤 B 1 2 3 4 5")),
    ],
)
def test_what_is_somebodys_beside_them_is_found(text: str, found: tuple[str, str]) -> None:
    assert found in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "0745-2232401这个服务电话打不通",
        "打0745-2232401（值班电话）无人接听",
        "0745-2232401是街道办事处的监督电话",
        "拨打0745-2232401热线",
    ],
)
def test_the_telephone_of_an_office_is_offered_and_not_sure(text: str) -> None:
    (found,) = find_personal_data(text)
    assert found.kind == "landline" and found.confidence < SURE


@pytest.mark.parametrize(
    "text",
    [
        "0745-2232401是我家的电话，请服务窗口回电",
        "回0745-2232401，希望热线改进",
        "我的座机0745-2232401，打过监督电话",
    ],
)
def test_an_office_that_is_spoken_of_elsewhere_makes_no_telephone_its_own(text: str) -> None:
    (found,) = find_personal_data(text)
    assert found.kind == "landline" and found.confidence >= SURE


@pytest.mark.parametrize("text", ["桂 A 区 3 号", "京 A B C D E F", "川 A 1 2 3 4 5 6 7 8 9"])
def test_letters_apart_are_no_plate(text: str) -> None:
    assert not [one for one in kinds(text) if one[0] == "plate"]
