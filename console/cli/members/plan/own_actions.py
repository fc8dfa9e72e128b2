"""`tat plan my-actions|complete-action|report-action`: what owners do about the actions that are theirs."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.cli.members.case.casework import record_id
from console.cli.members.plan.planning import plans
from console.cli.terminal.answering import answer
from console.cli.terminal.options import As, AsJson, Number
from console.cli.terminal.session import acting, found, zone_of
from console.shown.parts import table, when
from states.errors import NotPermitted

if TYPE_CHECKING:
    from states.casebook.plan.doing import OwnAction

#: the action, by the first characters of its id
Action = Annotated[str, typer.Argument(metavar="ACTION_ID", help="The action; see `tat plan my-actions`.")]


@plans.command("my-actions")
def my_actions(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Show the actions that are yours, also of a case that you are not on."""
    from states.casebook.plan import doing

    with acting(member) as (book, by):
        mine = doing.own_actions(book, number, by=by)
        zone = zone_of(book.pack)
    rows = [
        (
            *(row.action_id[:8], row.what, _awaited(row)),
            *(when(row.due_at, zone), when(row.done_at, zone) if row.done_at else ""),
        )
        for row in mine
    ]
    columns = ("#Id", "What", "Waits for", "#Due", "#Done")
    shown = table(columns, rows) if rows else f"No action of {number} is yours."
    answer(mine, shown, as_json=as_json)


def _awaited(action: "OwnAction") -> str:
    """What an action waits for; of what is not theirs to read, who does it."""
    return "; ".join(each.what or f"what {each.owner or 'somebody'} does" for each in action.waits_for)


@plans.command("complete-action")
def complete_action(
    number: Number,
    action: Action,
    *,
    report: Annotated[str, typer.Option("--report", show_default=False, help="What came of it.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Say that an action is done."""
    from states.casebook.plan import doing

    with acting(member) as (book, by):
        record = _action_id(book, number, action, by)
        before = doing.complete_action(book, number, record, by=by, report=report)
    early = f" {len(before)} that it comes after are not done." if before else ""
    said = f"{number}: the action is done.{early}"
    answer({"number": number, "action": record, "before": before}, said, as_json=as_json)


@plans.command("report-action")
def report_action(
    number: Number,
    action: Action,
    text: Annotated[str, typer.Option("--text", help="How it goes.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Report how an action goes; it stays open."""
    from states.casebook.plan import doing

    with acting(member) as (book, by):
        record = _action_id(book, number, action, by)
        doing.report_on_action(book, number, record, text, by=by)
    said = f"{number}: the report on the action is on record."
    answer({"number": number, "action": record}, said, as_json=as_json)


def _action_id(book: Any, number: str, start: str, by: Any) -> str:
    """The whole id of an action: of the case's, for those on it, and else of somebody's own."""
    from states.casebook.plan import doing

    try:
        return record_id(book, number, start, by, "plan_actions")
    except NotPermitted:
        mine = doing.own_actions(book, number, by=by)
        return found([row.action_id for row in mine], start.strip().lower())
