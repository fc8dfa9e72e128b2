"""Texts that are to be told outside: whoever has to agree is asked, and hears what came of it."""

import pytest

from states.access import Actor
from states.casebook.disclosing import releases
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import ReleaseStatus
from tests.cases.walking import Walk
from tests.installations.running import Runs
from tests.states.leaving.test_releases import PRESIDENT, PRESS, SENTENCE
from tests.states.looking import running


@pytest.mark.clause("W-38")
async def test_the_offices_are_asked_for_their_word_with_a_clock_and_told_when_a_text_may_be_told(
    walk: Walk, runs: Runs
) -> None:
    """By mail that says neither the words nor which case it is; nobody waits for who does not know."""
    number = walk.in_inquiry()
    release = releases.draft(walk.book, number, SENTENCE, by=walk.officer)
    assert Clock.CLEARANCE in running(walk.book, number)
    await runs.only(number, EffectKind.ASK_CLEARANCE)
    asked = {"public.information@wnmu.example": ["clearing"], "president@wnmu.example": ["clearing"]}
    assert runs.told() == asked
    for mail in runs.mail():
        text = mail.get_body(("plain",))
        assert text is not None
        said = f"{mail['Subject']} {text.get_content()}"
        assert "Please answer by:" in said
        assert number not in said
        assert SENTENCE.text not in said
        assert "Inquiry" not in said

    def clear(by: Actor) -> ReleaseStatus:
        return releases.clear(walk.book, release, by=by, agrees=True)

    clear(PRESS)
    assert Clock.CLEARANCE in running(walk.book, number), "one office's word is not both offices' word"
    assert clear(PRESIDENT) is ReleaseStatus.AGREED
    assert Clock.CLEARANCE not in running(walk.book, number)
    await runs.only(number, EffectKind.ASK_CLEARANCE)
    assert runs.told() == {
        "public.information@wnmu.example": ["clearing", "clearing"],
        "president@wnmu.example": ["clearing"],
        "invented-officer-address@wnmu.example": ["clearing"],
    }
