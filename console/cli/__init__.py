"""`tat`, the command line of a threat assessment team.

One module for each group of commands. Casebook, Prefect and whatever else takes long to import is imported
by the commands that need it, so that `tat --help` is there at once.
"""

import os
import sys
from io import TextIOWrapper

import typer

from console.cli.integrators import offices, partner_stub, sources
from console.cli.members import account, alarm, audit, calls, learning, person, referral, target, team, token
from console.cli.members import swapping as _swapping  # noqa: F401 - puts its commands under `tat duty`
from console.cli.members import upkeep as _upkeep  # noqa: F401 - puts its commands under `tat team`
from console.cli.members.case import casework as _casework  # noqa: F401 - puts its commands under `tat case`
from console.cli.members.case import conflicts as _conflicts  # noqa: F401 - puts its commands under `tat case`
from console.cli.members.case import correcting as _correcting  # noqa: F401 - puts its command under `tat case`
from console.cli.members.case import court_orders as _court_orders  # noqa: F401 - puts its commands under `tat case`
from console.cli.members.case import erasing as _erasing  # noqa: F401 - puts its commands under `tat case`
from console.cli.members.case import files as _files  # noqa: F401 - as above
from console.cli.members.case import guests as _guests  # noqa: F401 - puts its commands under `tat case`
from console.cli.members.case import private_reporters as _private  # noqa: F401 - puts its commands under `tat case`
from console.cli.members.case import rearranging as _rearranging  # noqa: F401 - puts its commands under `tat case`
from console.cli.members.case import reprisals as _reprisals  # noqa: F401 - puts its commands under `tat case`
from console.cli.members.case.cases import cases
from console.cli.members.disclosure import disclosing
from console.cli.members.disclosure import releasing as _releasing  # noqa: F401 - puts its commands under `tat disclosure`
from console.cli.members.plan import own_actions as _own_actions  # noqa: F401 - puts its commands under `tat plan`
from console.cli.members.plan import planning
from console.cli.members.plan import semester as _semester  # noqa: F401 - puts its commands under `tat meeting`
from console.cli.members.report import conversation as _conversation  # noqa: F401 - puts its commands under `tat case`
from console.cli.members.report import logs, reports
from console.cli.operators import backup, effects, keys, ledger, policy, running
from console.cli.terminal.commands import Commands, Group

app = typer.Typer(
    name="tat",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Carries a threat assessment team's cases from a first report to a closed case.",
    epilog="Exit codes: 0 done, 1 refused, 2 usage. Every command takes --json.",
)
app.command()(running.init)
app.command()(running.up)
app.command()(running.health)
app.command()(running.demo)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(reports.report)
app.add_typer(cases, name="case", cls=Group)
app.add_typer(person.persons, name="person", cls=Group)
app.command(cls=reports.WithCriteria)(reports.assess)
app.add_typer(alarm.alarms, name="alarm", cls=Group)
app.add_typer(alarm.duty, name="duty", cls=Group)
app.add_typer(target.targets, name="target", cls=Group)
app.add_typer(planning.plans, name="plan", cls=Group)
app.add_typer(planning.meetings, name="meeting", cls=Group)
app.add_typer(referral.referrals, name="referral", cls=Group)
app.add_typer(effects.effects, name="effects", cls=Group)
app.command()(effects.deadlines)
app.command()(effects.circuits)
app.add_typer(ledger.ledger, name="ledger", cls=Group)
app.add_typer(keys.keys, name="keys", cls=Group)
app.add_typer(sources.sources, name="sources", cls=Group)
app.add_typer(audit.audit, name="audit", cls=Group)
app.command()(learning.trends)
app.add_typer(learning.reports, name="reports", cls=Group)
app.add_typer(disclosing.disclosures, name="disclosure", cls=Group)
app.add_typer(calls.calls, name="calls", cls=Group)
app.add_typer(offices.offices, name="offices", cls=Group)
app.command("partner-stub")(partner_stub.partner_stub)
app.add_typer(policy.process, name="process", cls=Group)
app.add_typer(policy.policy, name="policy", cls=Group)
app.command("import-log")(logs.import_log)
app.add_typer(logs.intake, name="intake", cls=Group)
app.add_typer(team.team, name="team", cls=Group)
app.add_typer(account.accounts, name="account", cls=Group)
app.add_typer(token.tokens, name="token", cls=Group)
app.add_typer(running.notices, name="notices", cls=Group)


def main() -> None:
    """Run the command line of this process, and exit."""
    # Prefect reads it when it is imported: no telemetry, and no notice about it among our words.
    os.environ.setdefault("DO_NOT_TRACK", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a character is no reason to say nothing.
            stream.reconfigure(errors="backslashreplace")
    app()
