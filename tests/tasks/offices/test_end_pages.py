"""The pages of an end, over real HTTP: what a reporter may be told, and what somebody takes over."""

import httpx
import pytest

from states.casebook.closing import endings
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.states.courses.taking_up import take_up
from tests.states.looking import everything
from tests.tasks.offices.conftest import Sent


@pytest.mark.clause("W-27")
def test_a_reporter_outside_reads_what_they_may_be_told_without_an_account(
    referral: Sent, walk: Walk, door: str
) -> None:
    """As often as they like, and nothing of the record; any other link is dead."""
    del referral
    number = walk.closed()
    (reporter,) = endings.reporters_to_tell(walk.book, take_up(walk.book, number, EffectKind.CLOSE_OUT))
    for _ in range(2):
        page = httpx.get(f"{door}/reports/told/{reporter.secret}")
        assert page.status_code == 200
        assert endings.CONCLUDED in page.text
    assert "invented-disposition" not in page.text
    assert number not in page.text
    assert httpx.get(f"{door}/reports/told/{'0' * 64}").status_code == 404


@pytest.mark.clause("W-28")
def test_whoever_takes_over_reads_whom_and_what_and_says_so(referral: Sent, walk: Walk, door: str) -> None:
    """Looking, as mail scanners do, shows and writes nothing; to read leaves a trace; it is said once."""
    del referral
    number = walk.closed()
    work = take_up(walk.book, number, EffectKind.CLOSE_OUT)
    passing, *_ = endings.hand_overs(walk.book, work)
    url = f"{door}/follow-up/{passing.secret}"
    before = everything(walk.book)
    page = httpx.get(url)
    assert everything(walk.book) == before
    assert "invented" not in page.text
    page = httpx.post(f"{url}/read")
    assert "invented-subject-name" in page.text
    assert "invented-follow_up-what" in page.text
    assert "hand_over_read" in walk.events(number)
    assert httpx.post(url).status_code == 200
    assert httpx.post(url).status_code == httpx.get(url).status_code == 404
    confirmed = [row["office"] for row in walk.records(number, "hand_overs") if row["confirmed_at"]]
    assert confirmed == [passing.office]
