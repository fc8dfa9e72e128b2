"""Whom to phone now: whoever raises an alarm is told at once, whatever becomes of messages (W-13, W-14)."""

from typing import TYPE_CHECKING, Any

from console.shown.parts import Alert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from states.access import Actor
    from states.casebook import Casebook
    from states.policy.terms import Phone
    from states.vocabulary.cases import Level


#: how the far sides are called that messages go out by
CHANNELS = ("mail server", "channel ")


#: the digits of a number that any phone can dial: those of an emergency, and from a whole local number on;
#: what lies between is an extension, or dialled through a campus phone's exchange
SHORT, WHOLE = 3, 7


def dialled(number: str) -> str:
    """A number as any phone dials it; empty: only one on campus can (``9-911``, ``6231``)."""
    digits = "".join(each for each in number if each.isdigit())
    plus = "+" if number.startswith("+") else ""
    return f"{plus}{digits}" if len(digits) == SHORT or len(digits) >= WHOLE else ""


def any_phone_first(phones: "Iterable[Phone]") -> "list[Phone]":
    """Numbers in their order, but those first that any phone dials: whoever is called at night has a cell."""
    return sorted(phones, key=lambda one: not dialled(one.number))


def phone_if_grave(
    book: "Casebook", number: str, level: "Level | str | None", *, by: "Actor"
) -> dict[str, Any]:
    """What :func:`phone_now` tells, if a level calls for it; else nothing."""
    from states.casebook.reading import overview
    from states.standing_level import GRAVE

    return phone_now(book, *overview.sites_of(book, number, by=by)) if level in GRAVE else {}


def shown_first(told: dict[str, Any]) -> tuple[Alert, ...]:
    """What people see before anything else."""
    return (alert(told),) if told else ()


def phone_now(book: "Casebook", *sites: str) -> dict[str, Any]:
    """The numbers to phone for an emergency, and which ways to the police are known to be dead.

    Where the person may be at several sites, the numbers of each (W-14, W-57).

    Args:
        book: the casebook.
        sites: codes of the sites, the one where the danger is first.
    """
    from states.access import SYSTEM
    from states.casebook.effects import circuits

    pack = book.pack
    numbers = [
        {"who": who, "from": label, "number": number} for number, who, label in pack.emergency_numbers(*sites)
    ]
    failing = [line.name for line in circuits.failing(book, by=SYSTEM) if line.opened_at]
    dead = [name for name in failing if name.startswith(CHANNELS)]
    where = ", ".join(site.name for site in pack.at(dict.fromkeys(sites)))
    return {"site": where, "phone_now": numbers, "duty_line": pack.duty_line, "dead": dead}


def alert(told: dict[str, Any]) -> Alert:
    """The same for people: what is dead first, then the numbers."""
    lines = []
    if told["dead"]:
        dead = ", ".join(told["dead"])
        lines += [f"MESSAGES DO NOT GET OUT ({dead}): nobody knows unless you phone.", ""]
    lines.append(f"PHONE NOW: {told['site']}")
    lines += [f"  {one['number']:<12} {one['who']} ({one['from']})" for one in told["phone_now"]]
    lines.append(f"  {told['duty_line']:<12} the team's duty line, day and night")
    return Alert(tuple(lines))
