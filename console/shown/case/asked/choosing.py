"""What there is to choose from, in the order in which people look for it."""

from collections.abc import Sequence

from console.shown.case.asked.fields import Option


def yes_or_no(yes: str = "Yes", no: str = "No") -> tuple[Option, ...]:
    """Two things of which one holds."""
    return (Option("yes", yes), Option("no", no))


def only(options: Sequence[Option]) -> tuple[str, ...]:
    """What is chosen where there is no choice."""
    return (options[0].value,) if len(options) == 1 else ()


def capital(text: str) -> str:
    """With a capital, as a line begins."""
    return text[:1].upper() + text[1:]
