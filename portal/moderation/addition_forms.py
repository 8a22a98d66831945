"""What moderators choose for what authors added later: who reads it, what more of it is masked."""

from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from portal.analysis.personal_data import Found
from portal.moderation.forms import MARKED_LENGTH
from portal.opinions.additions import found_in
from portal.opinions.masks import occurrences
from portal.opinions.models import Addition
from portal.opinions.receipt_states import AdditionKind, AdditionState
from portal.opinions.screening import addition_warnings
from portal.opinions.states import HoldReason, Visibility
from portal.web.forms import PageForm, block


class AdditionForm(PageForm):
    """Who reads what an author added, and what of it is masked besides what is found by itself."""

    state = RadioField(_l("给谁看"), [InputRequired(_l("请选择给谁看"))])
    marked = TextAreaField(
        _l("补充里还要遮住的文字（可不填）"),
        [Length(max=MARKED_LENGTH, message=_l("最多%(max)d个字"))],
        filters=[block],
        description=_l("从补充里照抄，一行一处"),
    )

    def __init__(self, addition: Addition, **kwargs: Any) -> None:
        super().__init__(prefix=f"addition-{addition.id}", **kwargs)
        self.addition = addition
        self._marked: list[Found] = []
        public = addition.opinion.visibility == Visibility.PUBLIC
        self.state.choices = [
            (state.value, label)
            for state, label in _READERS.items()
            if public or state is not AdditionState.PUBLIC
        ]

    def validate_marked(self, field: Field) -> None:
        """Every line must stand in the words, or it would hide nothing without anybody noticing."""
        for words in filter(None, (field.data or "").split("\n")):
            found = occurrences(self.addition.words, [words.strip()])
            if not found:
                raise ValidationError(_("补充里没有“%(words)s”，请照抄", words=words.strip()))
            self._marked += found

    def chosen_state(self) -> AdditionState:
        """The readers in the valid form."""
        return AdditionState(self.state.data)

    def hidden(self) -> list[Found]:
        """The places of the words that the valid form masks."""
        return [*found_in(self.addition.words), *self._marked]


_READERS = {
    AdditionState.PUBLIC: _l("公开，办理单位也能看到"),
    AdditionState.UNIT: _l("只给办理单位看"),
    AdditionState.KEPT: _l("都不给，只有审核人员能看到"),
}


class AdditionShown(NamedTuple):
    """An addition as the moderators' desk shows it; `form` is None once it is decided or for who may not."""

    addition: Addition
    kind: AdditionKind
    state: AdditionState
    form: AdditionForm | None
    warnings: list[HoldReason]


def addition_forms(
    additions: list[Addition], deciding: bool, sent: AdditionForm | None
) -> list[AdditionShown]:
    """The additions to an opinion, each with its form where one is open; `sent` is one that was refused."""
    shown = []
    for one in additions:
        form, waiting = None, one.state == AdditionState.WAITING
        if deciding and waiting:
            form = sent if sent and sent.addition.id == one.id else AdditionForm(one, formdata=None)
        shown.append(
            AdditionShown(
                one,
                AdditionKind(one.kind),
                AdditionState(one.state),
                form,
                addition_warnings(one) if waiting else [],
            )
        )
    return shown
