"""The whole road of a question to a law-enforcement partner, over real HTTP and a real Prefect server."""

from pathlib import Path

import pytest

from console.reception.app import reception
from states.casebook.inquiry import correcting
from states.casebook.lookups import asking
from states.contents.reports import SubjectContent
from states.settings import Settings
from states.vocabulary.effects import EffectKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.sources import SourceKind
from tasks.desk import Desk
from tasks.sources.registry import Sources
from tests.cases.walking import Walk
from tests.installations.running import Runs
from tests.servers.partner_serving import address, partner_at, reserved, served


@pytest.mark.clause("U-03")
async def test_from_the_case_to_the_partner_and_back(
    desk: Desk, walk: Walk, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody asks, the flow puts the question, the partner approves and finds, its callback is kept."""
    listener = reserved()
    url = address(listener)
    number = walk.in_inquiry()
    known = SubjectContent(
        name="Sam Sample",
        identifiers={IdentifierKind.DATE_OF_BIRTH: "2001-02-03"},
        affiliations=(Affiliation.STUDENT,),
        site="silver_city",
    )
    correcting.correct_subject(desk.book, number, known, by=walk.chair, because="Found by phone.")
    query = asking.request_lookup(
        desk.book,
        number,
        SourceKind.WEAPONS_REGISTRATION,
        by=walk.officer,
        because="The report speaks of a rifle.",
        urgent=True,
    )
    async with partner_at(tmp_path, monkeypatch, callback=f"{url}/partners/police/answers") as partner:
        source = partner.source(kinds=["weapons_registration"])
        here = runs.seat.take(Desk(Settings(home=tmp_path, base_url=url), desk.book, Sources([source])))
        assert (await runs.only(number, EffectKind.COLLECT_RECORDS)).is_completed()
        (asked,) = await partner.queries()
        assert asked["idempotency_key"] == query
        assert (asked["asked"]["requester"], asked["asked"]["case_reference"]) == ("officer", number)
        assert asked["asked"]["identifiers"] == {"name": "Sam Sample", "date_of_birth": "2001-02-03"}
        await partner.decide("approve")
        async with served(reception(here), listener):
            await partner.decide("hit", **{"class": "registered"})
            assert await partner.called() == "taken in"
    (row,) = [row for row in walk.records(number, "source_queries") if row["id"] == query]
    assert (row["status"], row["source"], row["urgent"]) == ("found", "police", True)
    assert row["content"]["facts"][0]["value"] == "Weapons are registered"
    assert row["retain_until"] is not None
    (told,) = [row for row in walk.records(number, "disclosures") if row["about"] == query]
    assert (told["recipient_kind"], told["recipient"]) == ("partner", "police")
    events = walk.events(number)
    order = ("lookup_requested", "disclosed", "source_answered")
    assert [event for event in events if event in order][-2:] == ["source_answered"] * 2
    assert set(order) <= set(events)
