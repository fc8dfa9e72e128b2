"""What the tests of ways out share: a desk, invented cases with referrals, and offices over real HTTP."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from console.reception.app import reception
from states.casebook.effects import Work
from states.vocabulary import EffectKind, RecipientKind, ReferralKind
from tasks.desk import Desk, sit_down
from tasks.desk import desk as sitting
from tasks.offices.registry import load_offices
from tasks.referrals import send_referral
from tasks.steps import unseen
from tests.flows.conftest import desk, migrated, runs, walk
from tests.offices.center import TOKEN, Center
from tests.referring import consent
from tests.review.taking_up import take_up
from tests.serving import serving
from tests.walking import Walk

__all__ = ["desk", "migrated", "runs", "walk"]

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
        desk: where it is sent from.
        walk: the way of its case.
    """

    def __init__(self, desk: Desk, walk: Walk) -> None:
        self._desk, self.walk = desk, walk
        self.number = ""
        self.work: Work

    def configure(self, text: str) -> None:
        """Write the offices file, and read it."""
        settings, book = self._desk.settings, self._desk.book
        settings.offices_file.write_text(text)
        offices = load_offices(settings.offices_file, book.pack.office_codes)
        sit_down(Desk(settings, book, self._desk.sources, offices=offices))

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
        await unseen(send_referral)(self.work, row["id"], row["office"])
        return self.row()

    def send_now(self) -> dict[str, Any]:
        """The same, for a test that is no coroutine."""
        return asyncio.run(self.send())

    def row(self) -> dict[str, Any]:
        """The referral as it is."""
        (row,) = self.walk.records(self.number, "referrals")
        return row


@pytest.fixture
def referral(desk: Desk, walk: Walk) -> Sent:
    """A referral that is drafted and sent as a test says."""
    return Sent(desk, walk)


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
    del referral
    before = sitting()
    app = reception(before)
    with serving(app) as url:
        settings = before.settings.model_copy(update={"base_url": url})
        app.state.desk = sit_down(Desk(settings, before.book, before.sources, offices=before.offices))
        yield url
