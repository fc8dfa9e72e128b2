"""How many there are of something, in English: a number, and the plural that CLDR's rules have for it."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale


@cache
def _english() -> "Locale":
    # Most commands count nothing, and are to answer at once.
    from babel import Locale  # noqa: PLC0415

    return Locale("en")


def counted(count: int, one: str, many: str = "") -> str:
    """Say how many, as in ``1 report`` or ``1,200 reports``.

    Args:
        count: how many there are.
        one: what one is called.
        many: what several or none are called; empty: as one, with an *s*.
    """
    return f"{grouped(count)} {plural(count, one, many)}"


def grouped(number: float) -> str:
    """A number as people read it, as in ``1,200``."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - as above

    return format_decimal(number, locale=_english())


def plural(count: int, one: str, many: str = "") -> str:
    """Say what so many are called, as in ``report`` or ``reports``, without the number."""
    return one if _english().plural_form(count) == "one" else many or f"{one}s"
