"""Members rate alone: nobody sees what others think before they have said what they do themselves."""

from typing import Any

import pytest

from states.access import Actor
from states.casebook.inquiry import rating
from states.casebook.reading import timeline, whole_case
from states.casebook.team import members
from states.contents.inquiry import RatingContent
from states.errors import BadInput, CaseChanged, Refused
from states.vocabulary.cases import Level
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.looking import verified

pytestmark = pytest.mark.clause("W-05", "W-19")


def think(
    walk: Walk, level: Level = Level.MODERATE, reason: str = "invented-why", **given: Any
) -> RatingContent:
    """What somebody thinks, by the first criterion of a level."""
    criterion = walk.book.pack.levels[level].criteria[0].id
    said: dict[str, Any] = {"criteria": (criterion,), "supports": {criterion: f"{reason}-seen"}}
    return RatingContent(level=level, reason=reason, **(said | given))


def seen(walk: Walk, number: str, by: Actor) -> list[str]:
    """The reasons of the ratings that somebody sees; empty where one is kept from them."""
    return [row["content"]["reason"] for row in whole_case.dossier(walk.book, number, by=by)["ratings"]]


def test_what_others_rated_is_seen_once_one_has_rated_too(walk: Walk) -> None:
    """Until then by nobody else, the chair and the custodian neither; that somebody rated is known."""
    number, nurse = walk.in_inquiry(), members.actor(walk.book, "nurse")
    custodian = Actor("custodian", frozenset({Role.CUSTODIAN}))
    rating.rate(walk.book, number, think(walk, Level.SEVERE, "invented-grave"), by=walk.officer)
    for other in (walk.chair, nurse, custodian):
        (row,) = whole_case.dossier(walk.book, number, by=other)["ratings"]
        assert (row["by"], row["content"]["level"], row["withheld"].keys()) == (
            "officer",
            None,
            row["content"].keys(),
        )
        assert "invented-grave" not in repr(whole_case.dossier(walk.book, number, by=other, leaving=True))
    assert seen(walk, number, walk.officer) == ["invented-grave"]
    rating.rate(walk.book, number, think(walk, Level.MILD, "invented-small"), by=nurse)
    assert (
        seen(walk, number, nurse) == ["invented-grave", "invented-small"] == seen(walk, number, walk.officer)
    )
    assert seen(walk, number, walk.chair) == ["", ""]
    walk.assess(number, Level.MODERATE)
    for other in (walk.chair, custodian):
        assert seen(walk, number, other) == ["invented-grave", "invented-small"]


def test_a_member_rates_once_before_the_team_assesses_and_anew_after(walk: Walk) -> None:
    """Whoever has seen others' ratings does not rate alone any more; the next round is blind again."""
    number, nurse = walk.in_inquiry(), members.actor(walk.book, "nurse")
    rating.rate(walk.book, number, think(walk), by=nurse)
    with pytest.raises(Refused, match="You have rated already"):
        rating.rate(walk.book, number, think(walk, Level.MILD), by=nurse)
    walk.assess(number, Level.MODERATE)
    rating.rate(walk.book, number, think(walk, Level.MILD, "invented-anew"), by=nurse)
    assert seen(walk, number, walk.officer) == ["invented-why", ""]


def test_a_rating_names_criteria_of_its_level_and_what_supports_them(walk: Walk) -> None:
    """Nothing is written where one is none of them, or where nothing is assessed."""
    number = walk.in_inquiry()
    for wrong in ({"criteria": ("mild-1",)}, {"criteria": ()}, {"supports": {"mild-1": "x"}}):
        with pytest.raises(BadInput, match="criteria takes one or more ids"):
            rating.rate(walk.book, number, think(walk, **wrong), by=walk.officer)
    with pytest.raises(Refused, match="where nothing is assessed"):
        rating.rate(walk.book, walk.reported(), think(walk), by=walk.officer)
    with pytest.raises(CaseChanged):
        rating.rate(walk.book, number, think(walk), by=walk.officer, expected=0)
    assert seen(walk, number, walk.officer) == []


def test_no_event_tells_what_somebody_rated(walk: Walk) -> None:
    """The timeline says that they did, and no level; the record verifies."""
    number = walk.in_inquiry()
    rating.rate(walk.book, number, think(walk, Level.SEVERE), by=walk.officer)
    (event,) = [e for e in timeline.timeline(walk.book, number, by=walk.chair) if e.what == "rated"]
    assert set(event.data) & {"level", "criteria"} == set()
    assert "Severe" not in repr(event.data)
    verified(walk.book)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"invented": {"threat": "no"}}, "no such instrument. Give one of those it has: cstag, nabita."),
        ({"cstag": {"thread": "no"}}, "there is no such question. It asks"),
        ({"cstag": {"threat": "maybe"}}, "Choose one: yes (Yes); no (No)."),
        ({"cstag": {"threat": "no", "settled": "over"}}, "after the answers before it, this is not asked"),
        ({"nabita": {"d": "distressed"}}, "D scale and E scale, e: Which place on the E scale fits best?"),
    ],
)
def test_an_instrument_is_filled_in_as_the_pack_asks_or_nothing_is_written(
    walk: Walk, given: dict[str, dict[str, str]], words: str
) -> None:
    """Whoever writes a file is told the ids that may stand there."""
    number = walk.in_inquiry()
    filled = [{"instrument": code, "answers": answers} for code, answers in given.items()]
    content = RatingContent.read(think(walk).model_dump() | {"instruments": filled})
    with pytest.raises(BadInput) as refused:
        rating.rate(walk.book, number, content, by=walk.officer)
    assert words in str(refused.value)
    assert str(refused.value).endswith("Nothing was written.")
    assert seen(walk, number, walk.officer) == []


def test_where_an_instrument_leads_is_found_and_never_taken_from_who_fills_it_in(walk: Walk) -> None:
    """And stays with the rating, as the pack had it then."""
    number = walk.in_inquiry()
    filled = [{"instrument": "cstag", "answers": {"threat": "no"}, "leads_to": "very_serious_substantive"}]
    content = RatingContent.read(think(walk).model_dump() | {"instruments": filled})
    rating.rate(walk.book, number, content, by=walk.officer)
    (row,) = whole_case.dossier(walk.book, number, by=walk.officer)["ratings"]
    assert row["content"]["instruments"][0]["leads_to"] == "no_threat"
    twice = RatingContent.read(think(walk).model_dump() | {"instruments": filled * 2})
    with pytest.raises(BadInput, match="cstag is filled in twice"):
        rating.rate(walk.book, number, twice, by=members.actor(walk.book, "nurse"))
