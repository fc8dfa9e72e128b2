"""Whoever reports in Spanish reads no English: on the form, on the way back, and when it fails."""

from datetime import UTC, datetime
from http import HTTPStatus as S
from typing import Any

import httpx
import pytest

from console.web import pages
from console.web.limiting import SIGNING_IN
from console.web.report.reading import LINE, LONGEST
from states.casebook.inquiry import triage
from states.casebook.intake import conversations
from states.vocabulary.times import in_full, spelled
from tests.console.web.conftest import Served
from tests.console.web.files.test_files import PNG
from tests.console.web.report.spanish import english_on
from tests.console.web.report.test_steps import filled, newest, on_receipt, stepped

#: what somebody writes who writes no English
WRITTEN: dict[str, Any] = {
    "behavior_of_concern": "invented-1",
    "specific_threat_or_event": "invented-2",
    "occurred_at": "invented-3",
    "location": "invented-4",
    "other_identification": "invented-5",
    "other_name": "invented-6",
    "reporter_name": "invented-7",
    "name": "invented-8",
    "endangered_names": "invented-9",
    "reporter_email": "invented-10@people.example",
    "campus_id": "",
}


def reading_spanish(served: Served) -> httpx.Client:
    """A browser whose reader asks for Spanish."""
    client = served.stranger()
    client.headers["Accept-Language"] = "es-MX,es;q=0.9"
    return client


def pages_of_the_form(served: Served) -> list[httpx.Response]:
    """The form, step by step, as it is begun, filled in wrongly, filled in and sent."""
    client = reading_spanish(served)
    shown = [client.get(f"/report{page}") for page in ("", "/paper", "/examples", "/return")]
    shown.append(client.post("/report", data={"danger": "no"}))
    shown.append(stepped(client, "", site="silver_city", danger="no"))
    too_much = {"behavior_of_concern": "x" * (LONGEST + 1), "occurred_at": "x" * (LINE + 1)}
    shown.append(stepped(client, "what", occurred_on="nunca", **too_much))
    shown.append(stepped(client, "what", behavior_of_concern=" "))
    stepped(client, "what", behavior_of_concern="invented")
    shown.append(stepped(client, "who", endangered_names="\n".join(["invented"] * 30)))
    shown.append(client.get("/report/you"))
    shown.append(client.get("/report"))
    shown.append(client.post("/report/discard", data={}))
    shown.append(client.post("/report/send", data={"draft": "gone"}))
    shown.append(client.post("/report/what", data={"draft": "gone", "site": "deming"}))
    units = served.book.pack.units
    for unit in units:
        shown.append(filled(client, unit=unit, **WRITTEN))
        shown += [client.get(f"/report/{step}") for step in ("what", "who", "you", "send")]
        client.post("/report/discard", data={})
    for site in served.book.pack.sites:
        shown.append(filled(client, site=site, danger="yes", **WRITTEN))
        shown += [client.get(f"/report/{step}") for step in ("what", "who", "you", "send")]
        shown.append(client.post("/report/discard", data={}))
    return shown


def pages_of_the_way_back(served: Served) -> list[httpx.Response]:
    """The receipt, and what number and secret lead to: unread, read, asked, added to, with files, closed."""
    client = reading_spanish(served)
    filled(client, **WRITTEN)
    receipt = stepped(client, "send")
    number, secret = on_receipt(receipt)
    known, case = {"receipt": number, "secret": secret}, newest(served)

    def back(**more: str) -> httpx.Response:
        return client.post("/report/return", data=known | more)

    shown = [receipt, back()]
    wrong = {"receipt": number, "secret": "wrong"}
    shown += [client.post("/report/return", data=wrong | more) for more in ({}, {"danger": "yes"})]
    chair = served.walk.chair
    triage.assign(served.book, case, by=chair, lead="officer", offices=["university_police"])
    (report,) = served.walk.records(case, "reports")
    conversations.ask(served.book, case, report["id"], "invented-question", by=chair)
    said = {"answer": "invented", "once": "1"}
    shown += [back(), back(answer="x" * (LONGEST * 2)), back(**said), back(**said), back(more="invented")]
    shown += [back(mail="no"), back(danger="yes")]
    for files in (
        {"file": ("", b"")},
        {"file": ("invented.png", PNG)},
        {"file": ("invented.exe", b"MZ" * 200)},
        {"file": ("invented.html", b"<html><script>1</script></html>")},
        {"file": ("invented.docm", b"PK\3\4" + b"0" * 200)},
        {"file": ("invented.png", b"")},
    ):
        shown.append(client.post("/report/files", data=known, files=files))
    shown.append(client.post("/report/files", data=wrong, files={"file": ("invented.png", PNG)}))
    many = [("file", (f"invented{each}.png", PNG + bytes([each]))) for each in range(30)]
    shown.append(client.post("/report/files", data=known, files=many))
    return shown


def english(served: Served, shown: list[httpx.Response]) -> dict[str, tuple[str, int]]:
    """The English on pages: each text, with the page that says it."""
    pack = served.book.pack
    return {
        text: (each.request.url.path, each.status_code) for each in shown for text in english_on(each, pack)
    }


@pytest.mark.clause("W-16", "W-52")
def test_whoever_reports_in_spanish_reads_no_english(served: Served) -> None:
    """Nor where something is missing, too long or of a kind that is not taken."""
    shown = [*pages_of_the_form(served), *pages_of_the_way_back(served)]
    assert english(served, shown) == {}


@pytest.mark.usefixtures("at_once")
def test_whatever_goes_wrong_is_said_in_spanish(served: Served) -> None:
    """There is nothing, too much, too often, of a kind that no form sends, from elsewhere, or for now."""
    client = reading_spanish(served)
    shown = [
        client.get("/nada"),
        client.get(f"/{'x' * 9000}"),
        client.put("/report"),
        client.post("/report", content=b"x", headers={"Content-Type": "application/json"}),
        client.post("/report", data={"more": "x" * 5_000_000}),
        client.post("/report/files", content=b"x", headers={"Content-Type": "multipart/form-data"}),
        client.post("/report", data={f"f{each}": "" for each in range(pages.MOST_FIELDS + 1)}),
        client.post("/report", data={}, headers={"Sec-Fetch-Site": "cross-site"}),
    ]
    client.headers["X-Forwarded-For"] = "198.51.100.17"
    wrong = {"receipt": "x", "secret": "x"}
    shown += [client.post("/report/return", data=wrong) for _ in range(SIGNING_IN.at_once + 1)]
    assert {each.status_code for each in shown} >= {
        *(S.NOT_FOUND, S.METHOD_NOT_ALLOWED, S.REQUEST_ENTITY_TOO_LARGE, S.UNPROCESSABLE_ENTITY),
        *(S.FORBIDDEN, S.TOO_MANY_REQUESTS),
    }, [each.status_code for each in shown]
    assert english(served, shown) == {}


@pytest.mark.parametrize("month", range(1, 13))
def test_no_day_of_the_year_passes_for_english(served: Served, month: int) -> None:
    """Whenever these tests come to a page, what it says of a day in Spanish is Spanish: in May, too."""
    at = datetime(2026, month, 17, 20, tzinfo=UTC)
    said = "".join(f"<p>{text}</p>" for text in (spelled(at, UTC, "es"), in_full(at.date(), "es")))
    request = httpx.Request("GET", "http://127.0.0.1")
    answer = httpx.Response(200, text=f'<html lang="es">{said}<p>You may</p>', request=request)
    assert english_on(answer, served.book.pack) == ["You may"]


@pytest.mark.parametrize("status", [each for each in S if each >= S.BAD_REQUEST])
def test_no_status_is_answered_in_english(served: Served, status: S) -> None:
    """Whichever it is, of those that are answered outside any page of ours."""
    headers = [(b"accept-language", b"es")]
    scope = {"type": "http", "method": "GET", "path": "/report", "query_string": b"", "headers": headers}
    made = pages.later(served.app.state.desk, status, scope)
    answer = httpx.Response(
        status, content=bytes(made.body), request=httpx.Request("GET", "http://127.0.0.1")
    )
    assert english_on(answer, served.book.pack) == []
