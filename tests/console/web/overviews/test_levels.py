"""A level is told by its word and by a shape of its own, on My work and where cases are listed."""

import html
import re
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from states.casebook.inquiry import triage
from states.vocabulary.cases import Level
from tests.console.web.conftest import Served

#: what stands before each level's word, as nobody mistakes one for another
SHAPES = {
    Level.EXTREME: "⬢",
    Level.SEVERE: "▲",
    Level.ELEVATED: "◆",
    Level.MODERATE: "◐",
    Level.MILD: "○",
    Level.NONE: "\N{EN DASH}",
}


@pytest.fixture(scope="module")
def cases(served: Served) -> Mapping[Level, str]:
    """A case of each level, that waits to be gone on with."""
    made = {level: served.walk.reported(site="gallup") for level in Level}
    for level, number in made.items():
        triage.screen(served.book, number, by=served.walk.officer, level=level, because="invented")
    served.watch.forward(days=3)
    return made


def test_each_level_has_a_shape_of_its_own() -> None:
    """Six levels, six shapes."""
    assert SHAPES.keys() == set(Level)
    assert len(set(SHAPES.values())) == len(Level)


@pytest.mark.parametrize("path", ["/", "/cases"])
def test_a_level_is_told_by_its_shape_and_its_word(
    served: Served, cases: Mapping[Level, str], path: str
) -> None:
    """Beside each case, whichever level it is of; the color is of the same."""
    chair, seen = served.browser("chair"), dict[Level, set[tuple[str, str]]]()
    for level, number in cases.items():
        text = chair.get(f"{path}?{urlencode({'site': 'gallup', 'level': level})}").text
        of_case = [head for head in re.findall(r'<p class="head">.*?</p>', text) if f">{number}</" in head]
        told = re.findall(r'<span class="level ([^"]+)">([^<]+)</span>', "".join(of_case))
        seen[level] = {(color, html.unescape(read)) for color, read in told}
    assert seen == {level: {(level.lower(), f"{SHAPES[level]} {level}")} for level in Level}
