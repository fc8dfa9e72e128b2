"""What the tests of ways out share: a desk, invented cases with referrals, and offices over real HTTP."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from console.web.app import application
from states.casebook.effects.work import WorkOn
from states.vocabulary.effects import EffectKind
from states.vocabulary.leaving import RecipientKind, ReferralKind
from tasks.desk import Desk
from tasks.offices.registry import load_offices
from tasks.steps.referrals import send_referral
from tests.cases.referring import consent
from tests.cases.walking import Walk
from tests.flows.conftest import desk, runs, seat, walk
from tests.installations.seating import Seat
from tests.servers.serving import serving
from tests.states.courses.taking_up import take_up
from tests.tasks.offices.fhir.center import TOKEN, Center

__all__ = ["desk", "runs", "seat", "walk"]

#: the table of the counseling center
CENTER = """
[counselling]
use = "fhir"
url = "{url}/fhir"
token = {{ env = "TEST_CENTER_TOKEN" }}
[counselling.identifiers]
campus_id = "https://wnmu.example/campus-id"
email = "https://wnmu.example/mail"
"""


class Sent:
    """A case in Monitoring whose one referral is sent, as its flow does, but without Prefect.

    Args:
        seat: where it is sent from.
        walk: the way of its case.
    """

    def __init__(self, seat: Seat, walk: Walk) -> None:
        self.seat, self.walk = seat, walk
        self.number = ""
        self.work: WorkOn[Any]

    def configure(self, text: str) -> None:
        """Write the offices file, and read it."""
        desk = self.seat.desk
        settings, book = desk.settings, desk.book
        settings.offices_file.write_text(text)
        offices = load_offices(settings.offices_file, book.pack.office_codes)
        self.seat.take(Desk(settings, book, desk.sources, offices=offices))

    def draft(self, kind: ReferralKind, **given: Any) -> None:
        """Take a case to Monitoring with a referral of some kind."""
        self.number = self.walk.monitored(referrals=(kind,), **given)
        # An office outside is sent nothing without the person's consent, or an emergency.
        consent(
            self.walk.book,
            self.number,
            by=self.walk.chair,
            to=RecipientKind.SOCIAL_SERVICES,
            recipient="social_services",
        )
        self.work = take_up(self.walk.book, self.number, EffectKind.ROUTE_REFERRALS)

    async def send(self) -> dict[str, Any]:
        """Send the referral in one attempt; returns its row as it is then."""
        row = self.row()
        await send_referral(self.seat.desk, self.work, row["id"], row["office"])
        return self.row()

    def send_now(self) -> dict[str, Any]:
        """The same, for a test that is no coroutine."""
        return asyncio.run(self.send())

    def row(self) -> dict[str, Any]:
        """The referral as it is."""
        (row,) = self.walk.records(self.number, "referrals")
        return row


@pytest.fixture
def referral(seat: Seat, walk: Walk) -> Sent:
    """A referral that is drafted and sent as a test says."""
    return Sent(seat, walk)


@pytest.fixture
def center(referral: Sent, monkeypatch: pytest.MonkeyPatch) -> Iterator[Center]:
    """A counseling center that referrals for counseling go to."""
    monkeypatch.setenv("TEST_CENTER_TOKEN", TOKEN)
    answering = Center()
    with serving(answering.app) as url:
        answering.url = url
        referral.configure(CENTER.format(url=url))
        yield answering


@pytest.fixture
def door(referral: Sent) -> Iterator[str]:
    """The reception, as offices reach it: the address that links begin with; to be asked for last."""
    before = referral.seat.desk
    app = application(before)
    with serving(app) as url:
        settings = before.settings.model_copy(update={"base_url": url})
        app.state.desk = referral.seat.take(
            Desk(settings, before.book, before.sources, offices=before.offices)
        )
        yield url
