"""What commands of several slices share: the `--map` and `--json` options, JSON on standard output, faults as sentences."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from flask_babel import gettext as _

from portal.core.errors import PortalError
from portal.core.files import require_file
from portal.core.reasons import reason_of
from portal.core.table_errors import TableError

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _pairs(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    mapping = {}
    for value in values:
        field, sign, column = value.partition("=")
        if not sign or not field.strip() or not column.strip():
            raise click.BadParameter(_("“%(value)s”应写成 字段=列名", value=value))
        if field.strip() in mapping:
            raise click.BadParameter(_("“%(field)s”指定了两列", field=field.strip()))
        mapping[field.strip()] = column.strip()
    return mapping


def map_option(command: _Command) -> _Command:
    """Add `--map field=column` (repeatable); the command gets a dict `mapping` of field to header."""
    add = click.option(
        "--map", "mapping", multiple=True, callback=_pairs, metavar="FIELD=COLUMN",
        help="Read FIELD from the column headed COLUMN; may be repeated.",
    )  # fmt: skip
    return add(command)


def json_option(command: _Command) -> _Command:
    """Add `--json`; the command gets a bool `as_json`."""
    add = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON and nothing else.")
    return add(command)


def print_json(data: object) -> None:
    """Write `data` to standard output as one JSON document."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True))


def spare(inputs: Iterable[Path], outputs: Iterable[Path]) -> None:
    """Raise ClickException where one of the `outputs` is the same file as one of the `inputs`, or no file: it would be lost."""
    read = [path for path in inputs if path.exists()]
    for output in outputs:
        with sentences():
            require_file(output)
        if output.exists() and any(output.samefile(path) for path in read):
            raise click.ClickException(_("%(path)s 是要读的文件，不能写到它上面，请换个地方写", path=output))


@contextmanager
def sentences() -> Iterator[None]:
    """Say what cannot be done in a sentence, with exit status 1."""
    try:
        yield
    except PortalError as error:
        raise click.ClickException(error.message) from None
    except TableError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        where = _("%(path)s：", path=error.filename) if error.filename else ""
        raise click.ClickException(where + reason_of(error)) from None
