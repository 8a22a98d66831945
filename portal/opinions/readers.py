"""Who of the staff may read which opinions (requirement A10)."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from portal.core.rights import Actor, Permission
from portal.opinions.models import Opinion
from portal.taxonomy.models import Unit
from portal.taxonomy.queries import trail, units_within


def readable_at_desk(scope: str | None) -> ColumnElement[bool]:
    """The condition that the desk of the unit at `scope` (None: an office for the whole site) may read an opinion.

    It must be assigned to the unit or one below, and must not be about that unit or one above it
    (我反映的就是这个单位, requirement A10): such an opinion reaches neither the unit nor those below.
    """
    if scope is None:
        return Opinion.id.is_not(None)
    return and_(Opinion.unit_id.in_(units_within(scope)), _about_none_of(trail(scope)))


def readable_by(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """The condition that `actor` may read an opinion at one of the desks where `permission` is held.

    Whoever works for a unit besides reads nothing about it at any desk.
    """
    scopes = actor.scopes(permission)
    desks = [None] if scopes is None else sorted(scopes)
    return and_(or_(false(), *[readable_at_desk(desk) for desk in desks]), not_about(actor))


def not_about(actor: Actor) -> ColumnElement[bool]:
    """The condition that an opinion is about no unit that `actor` works for, and none above it (requirement A10)."""
    upwards = {path for own in actor.own_units() for path in trail(own)}
    return _about_none_of(sorted(upwards)) if upwards else true()


def _about_none_of(paths: Iterable[str]) -> ColumnElement[bool]:
    units = select(Unit.id).where(Unit.path.in_(paths))
    return or_(Opinion.complained_unit_id.is_(None), Opinion.complained_unit_id.not_in(units))
