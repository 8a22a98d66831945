"""`flask audit`: is the log still what was written?"""

import json

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.audit.queries import ChainReport, verify_chain
from portal.core.db import reading

group = AppGroup("audit", help="The audit log.")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def verify(as_json: bool) -> None:
    """Check every link of the chain; exit with 1 and name the first that is broken."""
    with reading():
        report = verify_chain()
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _say(report)
    if report.broken:
        raise SystemExit(1)


def _say(report: ChainReport) -> None:
    if report.broken:
        click.echo(
            _(
                "审计记录从第 %(seal)s 环起不可信：%(fault)s（事件 %(event)s）。",
                seal=report.broken.seal_id,
                fault=report.broken.fault.label,
                event=_("不明") if report.broken.event_id is None else report.broken.event_id,
            )
        )
    else:
        click.echo(_("审计记录完好：已封存 %(sealed)s 条，逐条核对无误。", sealed=report.sealed))
        click.echo(_("最后一环：%(tip)s（另行抄存，可查出末尾被截去）。", tip=report.tip))
    click.echo(_("待封存：%(unsealed)s 条。", unsealed=report.unsealed))
