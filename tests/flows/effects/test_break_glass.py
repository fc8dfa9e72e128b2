"""Whoever opened a case in an emergency hears what came of it, and nobody else does."""

import pytest

from states.casebook.inquiry import triage
from states.casebook.standing.decisions import recuse
from states.casebook.team import members
from states.casebook.team.break_glass import break_glass, review
from states.tables import Stay
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.flows.effects.team.test_news import words_of
from tests.installations.running import Runs
from tests.states.looking import newest

pytestmark = pytest.mark.clause("W-39")

DEAN = "invented-dean-address@wnmu.example"


def reviewed(walk: Walk, *, justified: bool) -> str:
    """A case that the dean is not on, opened, which the chair has reviewed; its number."""
    number = walk.reported()
    triage.assign(walk.book, number, by=walk.chair, lead="officer", offices=["university_police"])
    break_glass(walk.book, number, by=members.actor(walk.book, "dean"), because="Invented emergency.")
    why = "Invented finding."
    review(walk.book, number, newest(walk.book, Stay), by=walk.chair, justified=justified, because=why)
    return number


@pytest.mark.parametrize("justified", [True, False])
async def test_whoever_broke_the_glass_is_told_of_the_outcome_alone(
    walk: Walk, runs: Runs, *, justified: bool
) -> None:
    """At once, with where they read it again; of the case, and of why, the message says nothing."""
    number = reviewed(walk, justified=justified)
    await runs.every(EffectKind.NOTIFY_TEAM)
    told = [mail for mail in runs.mail() if mail["X-Tatflow-Message"] == "glass_reviewed"]
    assert [str(mail["To"]) for mail in told] == [DEAN]
    assert runs.told()[DEAN] == ["glass_reviewed"]
    said = " ".join(words_of(told[0]).split())
    assert ("found it not justified" in said, "found it justified" in said) == (not justified, justified)
    assert number in said
    assert "/stays" in said
    for kept in ("Invented finding.", "Invented emergency.", "Reported", "chair"):
        assert kept not in said, kept


async def test_whoever_is_kept_out_since_hears_nothing_of_it(walk: Walk, runs: Runs) -> None:
    """For them there is no such case any more; the office that would hear in their place does not, either."""
    number = reviewed(walk, justified=True)
    recuse(walk.book, number, by=members.actor(walk.book, "dean"), because="Invented reason.")
    await runs.every(EffectKind.NOTIFY_TEAM)
    assert DEAN not in runs.told()
    assert "glass_reviewed" not in {one for messages in runs.told().values() for one in messages}
