"""Whoever opens a link in Spanish reads no English: before a code, after it, and once it is used or dead."""

import re
from collections.abc import Iterator
from http import HTTPStatus

import httpx
import pytest

from states.access import REPORTER
from states.casebook.closing import endings
from states.casebook.effects import codes
from states.casebook.intake import receipts, reports
from states.contents.reports import ReportContent
from states.vocabulary.danger import Danger
from states.vocabulary.effects import EffectKind
from states.vocabulary.leaving import RecipientKind, ReferralKind
from states.vocabulary.people import Affiliation
from tests.cases import answering
from tests.cases.referring import consent, referred, send
from tests.console.web.conftest import Served
from tests.console.web.links.conftest import WATCH_DESK, code_in
from tests.console.web.links.sent import conveyed, handed_over
from tests.console.web.links.test_every_message import threatened
from tests.console.web.links.test_more import under
from tests.console.web.report.spanish import english_on
from tests.states.courses.taking_up import take_up


def reading_spanish(served: Served) -> httpx.Client:
    """A browser whose reader asks for Spanish."""
    client = served.stranger()
    client.headers["Accept-Language"] = "es-MX,es;q=0.9"
    return client


def before_a_code(client: httpx.Client, link: str, number: str, at: str = "") -> Iterator[httpx.Response]:
    """What stands before the page behind a link, until the code is asked for."""
    yield client.get(f"{link}{at}")
    yield client.post(f"{link}/code", data={"number": "TAT-1"})
    yield client.post(f"{link}/code", data={"number": number})
    for _ in range(codes.TRIES):
        yield client.post(f"{link}/open", data={"code": "0000 0000"})
    yield client.post(f"{link}/code", data={"number": number})


def of_an_alarm(served: Served, site: str) -> Iterator[httpx.Response]:
    """An emergency of every kind at a site: whoever is called, more of it, taken over, alerted anew."""
    client, pack = reading_spanish(served), served.book.pack
    content = ReportContent.read(
        {
            "behaviour_of_concern": "invented",
            "specific_threat_or_event": "invented",
            "imminent": True,
            "own_observation": True,
            "occurred_on": "2026-01-30",
            "threatened_for": "2026-12-28",
            "dangers": list(Danger),
            "subject": {"site": site, "name": "invented", "affiliations": list(Affiliation)},
        }
    )
    number = reports.report(served.book, content, by=REPORTER).number
    link = f"/m/{answering.calls(served.book, number)[0].recipients[0].secret}"
    yield from before_a_code(client, link, number, "/more")
    client.post(f"{link}/open", data={"code": code_in(served, WATCH_DESK)})
    yield client.get(f"{link}/more")
    silent = tuple(rule for rule in pack.disclosures if rule.clause != "W-36")
    with under(served, pack.model_copy(update={"disclosures": silent})):
        yield client.get(f"{link}/more")
    served.watch.forward(hours=1)
    called = {each.secret for call in answering.calls(served.book, number) for each in call.recipients}
    yield from (client.get(f"/m/{secret}") for secret in sorted(called))
    yield client.post(link)
    yield client.post(link, data={"who": "invented"})
    yield client.get(link)


def of_an_end(served: Served) -> Iterator[httpx.Response]:
    """What a reporter may be told, and what somebody is asked to take over."""
    client, walk = reading_spanish(served), served.walk
    number, link = handed_over(served)
    yield from before_a_code(client, link, number)
    client.post(f"{link}/open", data={"code": code_in(served)})
    yield client.get(link)
    yield client.post(link)
    yield client.post(link, data={"who": "invented"})
    yield client.get(link)
    work = take_up(served.book, walk.closed(), EffectKind.CLOSE_OUT)
    (reporter, *_) = endings.reporters_to_tell(served.book, work)
    link = f"/reports/told/{reporter.secret}"
    yield client.get(link)
    yield client.post(f"{link}/open", data={"code": "wrong"})
    client.post(f"{link}/open", data={"code": receipts.secret_of(served.book.vault, reporter.report_id)})
    yield client.get(link)


def of_recommendations(served: Served, kind: ReferralKind) -> Iterator[httpx.Response]:
    """What an office is asked, its answers one after another, and a link that was used."""
    client = reading_spanish(served)
    number, referral = referred(served.walk, kind)
    if kind is ReferralKind.SOCIAL_SERVICES:
        (row,) = served.walk.records(number, "referrals")
        to = {"to": RecipientKind.SOCIAL_SERVICES, "recipient": row["office"]}
        consent(served.book, number, by=served.walk.officer, **to)
    link = f"/referrals/answer/{send(served.walk, number, referral).link}"
    yield client.get(link)
    yield client.post(link, data={"answer": "accepted", "number": "TAT-1"})
    yield client.post(link, data={"answer": "drafted", "number": number})
    for said in ("acknowledged", "accepted", "attended" if kind is ReferralKind.COUNSELLING else "completed"):
        done = client.post(link, data={"answer": said, "number": number})
        yield done
        yield client.get(link)
        following = re.search(r"(/referrals/answer/[0-9a-f]{64})", done.text)
        if following is None:
            break
        link = following[1]
        yield client.get(link)


def of_what_is_conveyed(served: Served) -> Iterator[httpx.Response]:
    """What a vice president hears of, what the police are told of, and a link that opens nothing."""
    client = reading_spanish(served)
    number, link = conveyed(served)
    yield from before_a_code(client, link, number)
    client.post(f"{link}/open", data={"code": code_in(served)})
    yield client.get(link)
    for _ in range(codes.A_DAY):
        yield client.post(f"{link}/code", data={"number": number})
    yield client.get(threatened(served))
    yield client.get(f"/m/{'0' * 64}")
    yield client.post(f"/referrals/answer/{'0' * 64}", data={"answer": "accepted"})


def found(served: Served, shown: Iterator[httpx.Response]) -> dict[str, str]:
    """The English on pages, each text with the kind of page."""
    pack = served.book.pack
    return {
        text: re.sub(r"[0-9a-f]{64}", "…", each.request.url.path)
        for each in shown
        if each.status_code != HTTPStatus.SEE_OTHER
        for text in english_on(each, pack)
    }


@pytest.mark.clause("W-13", "W-51")
@pytest.mark.parametrize("site", ["silver_city", "deming", "gallup", "lordsburg", "t_or_c"])
def test_whoever_is_called_to_an_emergency_reads_no_english(served: Served, site: str) -> None:
    """Wherever it is, and whoever they are: before the code for more, with it, and once it is taken over."""
    assert found(served, of_an_alarm(served, site)) == {}


@pytest.mark.clause("W-27", "W-28")
def test_whoever_learns_of_an_end_reads_no_english(served: Served) -> None:
    """A reporter, and whoever takes the follow-up over."""
    assert found(served, of_an_end(served)) == {}


@pytest.mark.clause("W-22", "W-51")
def test_what_is_conveyed_and_a_dead_link_are_in_spanish(served: Served) -> None:
    """To the head of a unit, to University Police, to anybody whose link is too old."""
    assert found(served, of_what_is_conveyed(served)) == {}


@pytest.mark.clause("W-22", "W-23", "W-24", "W-25")
@pytest.mark.parametrize("kind", [each for each in ReferralKind if each is not ReferralKind.PROTECTIVE_ORDER])
def test_an_office_answers_in_spanish(served: Served, kind: ReferralKind) -> None:
    """From the first question to the last answer, and where an answer does not fit."""
    assert found(served, of_recommendations(served, kind)) == {}
