"""Dynamic factors over time are drawn and listed alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.shown.case.beside.course import LEFT, RIGHT, course
from console.shown.case.opened import Opened
from states.policy.pack import Pack
from states.policy.reading import load_pack

BEGAN = datetime(2026, 2, 2, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The shipped pack."""
    return load_pack("wnmu")


def opened(pack: Pack, *factors: tuple[int, tuple[str, ...]]) -> Opened:
    """A case with assessments: days after the first, and the dynamic factors that each names."""
    rows: list[dict[str, Any]] = [
        {
            "at": BEGAN + timedelta(days=days),
            "level": "Moderate",
            "content": {"factors": [{"kind": "dynamic", "text": text} for text in texts]},
        }
        for days, texts in factors
    ]
    rows[0]["content"]["factors"].append({"kind": "static", "text": "Invented past."})
    return Opened({"assessments": rows}, (), (), (), pack, UTC)


@pytest.mark.clause("A-03")
def test_a_factor_that_goes_and_one_that_comes_are_seen_to(pack: Pack) -> None:
    """Filled where an assessment names it, drawn through where the next one does, too; no static one."""
    found = course(
        opened(
            pack, (0, ("Sleeps badly.",)), (1, ("sleeps badly.", "Bought a gun.")), (9, ("Bought a gun.",))
        )
    )
    assert found is not None
    assert [(line.text, [seen for _, seen in line.marks]) for line in found.lines] == [
        ("Sleeps badly.", [True, True, False]),
        ("Bought a gun.", [False, True, True]),
    ]
    first, second, third = (x for x, _ in found.whens)
    assert (first, third) == (LEFT, RIGHT)
    assert second - first < third - second, "as far apart as in time"
    assert [line.runs for line in found.lines] == [((first, second),), ((second, third),)]
    listed = [[getattr(cell, "reads", "") for cell in row] for row in found.table.rows]
    assert listed == [
        ["Sleeps badly.", "seen", "seen", "not named"],
        ["Bought a gun.", "not named", "seen", "seen"],
    ]


def test_of_one_assessment_nothing_is_seen_to_change(pack: Pack) -> None:
    """There is no picture; nor where no dynamic factor was named, nor do many days fall on each other."""
    assert course(opened(pack, (0, ("Sleeps badly.",)))) is None
    assert course(opened(pack, (0, ()), (3, ()))) is None
    many = course(opened(pack, *((0, ("Sleeps badly.",)) for _ in range(30))))
    assert many is not None
    places = [x for x, _ in many.whens]
    assert len(set(places)) == len(places)
    assert (places[0], places[-1] <= RIGHT) == (LEFT, True)


@pytest.mark.clause("W-39")
def test_an_assessment_whose_factors_are_withheld_is_not_drawn(pack: Pack) -> None:
    """That it names none would be as untrue as what it names is not for them to see."""
    case = opened(pack, *((day, ("Sleeps badly.",)) for day in (0, 2, 4)))
    case.dossier["assessments"][1]["withheld"] = {"factors": "the chair"}
    found = course(case)
    assert found is not None
    assert len(found.whens) == 2
    case.dossier["assessments"][2]["withheld"] = {"factors": "the chair"}
    assert course(case) is None
