"""What the audit log holds of a person: what the account did. Of citizens it has a number and no name.

Nothing is removed: the log proves what was done in office, and without the account's row the number is nobody's
(个人信息保护法 arts. 4 and 47). Accounts of staff lose their roles before they can be erased.
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.personal import Holding, Person, Section

# What citizens can do; deeds of staff stand by their code, as in the log that staff read.
_WORDS = {
    "signed_in": _l("登录"), "signed_out": _l("退出登录"), "signed_out_everywhere": _l("退出所有设备"),
    "password_changed": _l("改密码"), "password_reset": _l("重设密码"), "mail_changed": _l("改邮箱"),
    "opinion_submitted": _l("提交意见"), "opinion_claimed": _l("用查询码归到账号"), "opinion_supplemented": _l("补充情况"),
    "opinion_withdrawn": _l("撤回意见"), "opinion_supported": _l("支持"), "support_taken_back": _l("取消支持"),
    "answer_rated": _l("评价答复"), "review_requested": _l("请求复核"), "contact_corrected": _l("更正联系电话"),
    "comment_submitted": _l("提交评论"), "comment_withdrawn": _l("撤回评论"),
    "attachment_received": _l("加照片或文件"), "attachments_removed": _l("删除照片和文件"),
    "user": _l("账号"), "opinion": _l("意见"), "comment": _l("评论"),
}  # fmt: skip


def _in_words(code: str) -> str:
    return str(_WORDS.get(code, code))


def _copy(person: Person) -> list[Section]:
    query = select(AuditEvent.at, AuditEvent.action, AuditEvent.target_kind, AuditEvent.target_id)
    rows = db.session.execute(query.where(AuditEvent.actor_id == person.user_id).order_by(AuditEvent.id))
    labels = {"at": _("时间"), "action": _("操作"), "target_kind": _("对象"), "target_id": _("编号")}
    deeds = [
        row._asdict() | {"action": _in_words(row.action), "target_kind": _in_words(row.target_kind)}
        for row in rows
    ]
    return [Section("audit_events", _("操作记录"), labels, deeds)]


def _remove(person: Person, keep_opinions: bool) -> None:
    """Leave the log as it is; see above."""


HOLDING = Holding(frozenset({"audit_event.actor_name"}), _copy, _remove)
