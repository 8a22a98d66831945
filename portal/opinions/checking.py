"""What an author looks at before handing in: exactly what others will read, what is hidden in it, and who reads what."""

from dataclasses import dataclass

from flask_babel import gettext as _

from portal.analysis.personal_data import mask
from portal.campaigns.intake import publishes_at_once
from portal.campaigns.models import Board
from portal.core.clock import now
from portal.opinions.masks import Place, Segment, author_places, segments
from portal.opinions.models import written_words
from portal.opinions.submission import Draft


@dataclass(frozen=True)
class Checked:
    """A draft as its author sees it on the check page.

    `title`, `body` and `place` are the published text cut at the places of personal data; `hidden` are the words masked in
    it, `offered` those that may be; each place once, however often it stands there. `readers` are pairs of who and
    what they see.
    """

    private: bool
    title: list[Segment]
    body: list[Segment]
    place: list[Segment]
    hidden: list[Place]
    offered: list[Place]
    readers: list[tuple[str, str]]


def checked(draft: Draft, board: Board) -> Checked:
    """The check page's view of `draft`, which would go to `board`."""
    whole = written_words(draft.title, draft.body, draft.place)
    places = author_places(whole, draft.masks)
    shown = mask(whole, [place.found for place in places if place.masked])
    start = len(draft.title) + 1
    end = start + len(draft.body)
    once = list({place.text: place for place in places}.values())
    return Checked(
        private=draft.private,
        title=segments(shown, places, 0, start - 1),
        body=segments(shown, places, start, end),
        place=segments(shown, places, end + 1, len(whole)) if draft.place else [],
        hidden=[place for place in once if place.masked],
        offered=[place for place in once if not place.masked],
        readers=[
            (_("公众"), _public(draft, board)),
            (_("审核人员"), _moderators(draft)),
            (_("办理单位"), _unit(draft)),
        ],
    )


def _public(draft: Draft, board: Board) -> str:
    if draft.private:
        return _("看不到。答复只有凭查询码能看")
    if publishes_at_once(board, now()):
        return _("提交后就能看到上面的内容，看不到您是谁")
    return _("审核通过后看到上面的内容，看不到您是谁")


def _moderators(draft: Draft) -> str:
    if draft.contact:
        return _("看到您写的原文；要向您核实时才打开联系电话，每次打开都有记录")
    return _("看到您写的原文")


def _unit(draft: Draft) -> str:
    if draft.about_unit and draft.unit is not None:
        return _("%(unit)s和它的下级看不到这条意见，由别的单位处理", unit=draft.unit.name)
    return _("看到上面遮住以后的内容，看不到您的联系电话")
