"""What there is to choose from, in the order in which people look for it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from console.shown.case.asked.fields import Asked, Option
from states.access import MAY, Act, may_work_on
from states.tables import Case


def team_of(asked: Asked, *, lasting: bool = False) -> tuple[Option, ...]:
    """The members who may work on a case; those who may for a time only are left out where it has to last."""
    known = Case(**asked.opened.dossier["case"])
    team = [replace(one, at=None) for one in asked.team] if lasting else asked.team
    return by_name(person(asked, one.id) for one in team if may_work_on(one, known))


def everybody(asked: Asked) -> tuple[Option, ...]:
    """The members who work on cases."""
    return by_name(person(asked, one.id) for one in asked.team if not one.roles.isdisjoint(MAY[Act.RECORD]))


def person(asked: Asked, member: str) -> Option:
    """A member to choose; whoever gives them something to do sees where a training has lapsed (U-14)."""
    name = asked.opened.who(member)
    return Option(member, f"{name} (training lapsed)" if member in asked.lapsed else name)


def yes_or_no(yes: str = "Yes", no: str = "No") -> tuple[Option, ...]:
    """Two things of which one holds."""
    return (Option("yes", yes), Option("no", no))


def only(options: Sequence[Option]) -> tuple[str, ...]:
    """What is chosen where there is no choice."""
    return (options[0].value,) if len(options) == 1 else ()


def by_name(options: Iterable[Option]) -> tuple[Option, ...]:
    """In the order of what people read."""
    return tuple(sorted(options, key=lambda one: one.reads.casefold()))


def capital(text: str) -> str:
    """With a capital, as a line begins."""
    return text[:1].upper() + text[1:]
