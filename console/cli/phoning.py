"""Whom to phone now: whoever raises an alarm is told at once, whatever becomes of messages (W-13, W-14)."""

from typing import TYPE_CHECKING, Any

from rich.panel import Panel
from rich.text import Text

from console.cli.screen import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from states.access import Actor
    from states.casebook import Casebook
    from states.vocabulary import Level


#: how the far sides are called that messages go out by
CHANNELS = ("mail server", "channel ")


def phone_if_grave(
    book: "Casebook", number: str, level: "Level | str | None", *, by: "Actor"
) -> dict[str, Any]:
    """What :func:`phone_now` tells, if a level calls for it; else nothing."""
    from states.casebook import reading
    from states.standing import GRAVE

    return phone_now(book, *reading.sites_of(book, number, by=by)) if level in GRAVE else {}


def shown_first(told: dict[str, Any]) -> tuple["RenderableType", ...]:
    """What people see before anything else."""
    return (panel(told),) if told else ()


def phone_now(book: "Casebook", *sites: str) -> dict[str, Any]:
    """The numbers to phone for an emergency, and which ways to the police are known to be dead.

    Where the person may be at several sites, the numbers of each (W-14, W-57).

    Args:
        book: the casebook.
        sites: codes of the sites, the one where the danger is first.
    """
    from states.casebook import circuits

    pack = book.pack
    numbers = [
        {"who": who, "from": label, "number": number} for number, who, label in pack.emergency_numbers(*sites)
    ]
    failing = [line.name for line in circuits.failing(book) if line.opened_at]
    dead = [name for name in failing if name.startswith(CHANNELS)]
    where = ", ".join(site.name for site in pack.at(dict.fromkeys(sites)))
    return {"site": where, "phone_now": numbers, "duty_line": pack.duty_line, "dead": dead}


def panel(told: dict[str, Any]) -> "RenderableType":
    """The same for people: what is dead first, then the numbers."""
    lines = []
    if told["dead"]:
        dead = ", ".join(told["dead"])
        lines += [f"MESSAGES DO NOT GET OUT ({dead}): nobody knows unless you phone.", ""]
    lines.append(f"PHONE NOW: {told['site']}")
    lines += [f"  {one['number']:<12} {one['who']} ({one['from']})" for one in told["phone_now"]]
    lines.append(f"  {told['duty_line']:<12} the team's duty line, day and night")
    return Panel(Text(plain("\n".join(lines)), style="bold"), border_style="red", expand=False)
