"""Units and topics for tests. They commit, so that the pages a test opens see them."""

from typing import Any

from portal.core.db import db
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import topic_by_path, unit_by_path


def make_unit(path: str = "市直单位/住建局", **values: Any) -> Unit:
    """The unit at `path`, made with its ancestors where missing; `values` are set on the unit itself."""
    unit = unit_by_path(path)
    if unit is None:
        above, _slash, name = path.rpartition("/")
        parent = make_unit(above) if above else None
        unit = Unit(path=path, name=name, parent_id=parent.id if parent else None, depth=path.count("/"))
        db.session.add(unit)
    for key, value in values.items():
        setattr(unit, key, value)
    db.session.commit()
    return unit


def make_topic(path: str = "城乡建设/安全生产", **values: Any) -> Topic:
    """The topic at `path`, made with its ancestors where missing; `values` are set on the topic itself."""
    topic = topic_by_path(path)
    if topic is None:
        above, _slash, name = path.rpartition("/")
        parent = make_topic(above) if above else None
        parent_id = parent.id if parent else None
        topic = Topic(path=path, name=name, parent_id=parent_id, level=path.count("/") + 1)
        db.session.add(topic)
    for key, value in values.items():
        setattr(topic, key, value)
    db.session.commit()
    return topic
