"""Numbers of things: the plural that English has for them, by CLDR's rules."""

import pytest

from states.vocabulary.counts import counted, plural


@pytest.mark.parametrize(
    ("count", "one", "many", "said"),
    [
        (0, "report", "", "0 reports"),
        (1, "report", "", "1 report"),
        (2, "entry", "entries", "2 entries"),
        (1200, "case", "", "1,200 cases"),
    ],
)
def test_a_number_is_said_with_the_plural_that_it_asks_for(
    count: int, one: str, many: str, said: str
) -> None:
    """None and several are many; thousands are grouped."""
    assert counted(count, one, many) == said


def test_a_verb_follows_the_number_too() -> None:
    """One waits, two wait."""
    assert (plural(1, "waits", "wait"), plural(2, "waits", "wait")) == ("waits", "wait")
