"""Who may decide on an opinion: the right and its scope, nobody on their own unit (B11) or on an appeal against their own
rejection (B3). Where no moderator is left for an appeal, the coordinating office decides it."""

from flask_babel import gettext as _

from portal.accounts.queries import accounts_holding
from portal.core.rights import Actor, Permission, Role, is_within
from portal.moderation.queries import rejected_by
from portal.opinions.models import Opinion
from portal.opinions.states import OpinionState
from portal.taxonomy.queries import unit_by_id


def may_decide(opinion: Opinion, actor: Actor) -> bool:
    """Whether `actor` may decide on this opinion."""
    return _as_moderator(opinion, actor) or (
        _as_office(opinion, actor) and not _moderator_is_left_for(opinion)
    )


def why_not(opinion: Opinion, actor: Actor) -> str:
    """Why `actor`, who holds the right to decide, may not decide on this opinion, in words for them."""
    if not appeals_own_rejection(opinion, actor):
        return _("这条意见涉及您所在的单位，请由别的审核员处理。")
    if _moderator_is_left_for(opinion):
        return _("作者请求复核的正是您的决定，请由别的审核员处理。")
    if any(_as_office(opinion, each.actor()) for each in accounts_holding(Role.COORDINATOR)):
        return _("作者请求复核的正是您的决定。没有别的审核员能处理，请领导小组办公室复核。")
    return _("作者请求复核的正是您的决定，可是没有别人能复核：请管理员再开一个审核员或领导小组办公室的账号。")


def _as_moderator(opinion: Opinion, actor: Actor) -> bool:
    if not actor.may(Permission.MODERATION_DECIDE) or not _impartial(opinion, actor):
        return False
    scopes = actor.scopes(Permission.MODERATION_DECIDE)
    return scopes is None or (
        opinion.unit is not None and actor.may(Permission.MODERATION_DECIDE, opinion.unit.path)
    )


def _as_office(opinion: Opinion, actor: Actor) -> bool:
    """Whether the coordinating office of the whole site could decide: on appeals alone."""
    return (
        opinion.state == OpinionState.APPEALED
        and actor.scopes(Permission.MODERATION_REVIEW) is None
        and _impartial(opinion, actor)
    )


def _moderator_is_left_for(opinion: Opinion) -> bool:
    return any(_as_moderator(opinion, each.actor()) for each in accounts_holding(Role.MODERATOR))


def _impartial(opinion: Opinion, actor: Actor) -> bool:
    return not concerns_own_unit(opinion, actor) and not appeals_own_rejection(opinion, actor)


def concerns_own_unit(opinion: Opinion, actor: Actor) -> bool:
    """Whether the opinion is assigned to, proposed for or about a unit in the line of one that `actor` works for."""
    numbers = {opinion.unit_id, opinion.complained_unit_id, opinion.case.proposed_unit_id}
    units = [unit_by_id(number) for number in numbers if number is not None]
    return any(
        is_within(unit.path, own) or is_within(own, unit.path)
        for unit in units
        if unit is not None
        for own in actor.own_units()
    )


def appeals_own_rejection(opinion: Opinion, actor: Actor) -> bool:
    """Whether the author asks for review of a rejection that `actor` decided: it goes to another moderator."""
    return opinion.state == OpinionState.APPEALED and rejected_by(opinion.id, actor.user_id)
