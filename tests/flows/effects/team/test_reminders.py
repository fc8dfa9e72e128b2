"""Reminders of what is the team's own: whoever it is for hears before and after, and the chair with them."""

from datetime import timedelta
from itertools import product

import pytest

from states.access import SYSTEM
from states.casebook.effects import claiming
from states.casebook.intake import logbook
from states.casebook.rounds import sweeping
from states.casebook.team import members
from states.casebook.team.upkeep import training
from states.contents.team import TrainingContent
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.flows.effects.team.test_news import later
from tests.installations.running import Runs

NURSE, CHAIR, OFFICER = (f"invented-{who}-address@wnmu.example" for who in ("nurse", "chair", "officer"))


async def remind(walk: Walk, runs: Runs) -> None:
    """Sweep, and send what is owed of it."""
    sweeping.sweep(walk.book, by=SYSTEM)
    claims = claiming.claim_due(walk.book, limit=200, kinds=[EffectKind.REMIND], by=SYSTEM)
    await runs.flow("remind", lease=claims[0].lease)


@pytest.mark.clause("U-14")
async def test_a_member_and_the_chair_hear_before_a_training_lapses_and_after(walk: Walk, runs: Runs) -> None:
    """Nobody else does; each message leads to the page, and names neither the member nor the course."""
    done = walk.book.clock() - timedelta(days=700)
    said = TrainingContent(where="invented-academy")
    everybody = [person.id for person, _ in members.members(walk.book, by=walk.chair)]
    for member, kind in product(everybody, walk.book.pack.training):
        training.enter(walk.book, member, said, by=walk.chair, kind=kind, done_at=walk.book.clock())
    entered = [line for line in training.listed(walk.book, by=walk.chair).lines if line.member == "nurse"]
    (threat,) = [line.training_id for line in entered if line.kind == "threat_assessment"]
    training.take_back(walk.book, threat, by=walk.chair, because="invented")
    training.enter(walk.book, "nurse", said, by=walk.chair, kind="threat_assessment", done_at=done)
    await remind(walk, runs)
    before = runs.told()
    assert before[NURSE] == ["reminder"]
    assert "reminder" in before[CHAIR]
    later(walk, timedelta(days=31))
    await remind(walk, runs)
    after = runs.told()
    assert after[NURSE] == ["reminder", "reminder"]
    assert "escalation" in after[CHAIR]
    assert not {address for address in after if "officer" in address or "dean" in address}
    for mail in runs.mail():
        if str(mail["To"]) == NURSE:
            assert "/team/training" in mail.as_string().replace("=\n", "")
        assert "invented-academy" not in mail.as_string()


@pytest.mark.clause("W-30")
async def test_intake_and_the_chair_hear_of_what_could_not_be_read_and_the_chair_again_when_it_is_late(
    walk: Walk, runs: Runs
) -> None:
    """Nobody else does; the message leads to where it is read, and quotes nothing of it."""
    logbook.keep(walk.book, b"invented-raw-words", "It could not be read.")
    later(walk, timedelta(minutes=90))
    await remind(walk, runs)
    assert {to: kinds for to, kinds in runs.told().items() if "reminder" in kinds} == {
        CHAIR: ["reminder"],
        OFFICER: ["reminder"],
    }
    later(walk, timedelta(hours=3))
    await remind(walk, runs)
    assert "escalation" in runs.told()[CHAIR]
    for mail in runs.mail():
        said = mail.as_string().replace("=\n", "")
        assert "/intake" in said
        assert "invented-raw-words" not in said
