"""How often one side may try: a page says when again; and what cannot be taken in is said in a page, too."""

from http import HTTPStatus as S

import httpx
import pytest

from console.http.rates import MOST, Rate, Rates
from console.web.limiting import REPORTS, SIGNING_IN
from states.casebook.intake import receipts
from tests.cases.signing_in import PASSWORD
from tests.console.web.conftest import Served
from tests.console.web.report.test_steps import newest, on_receipt, stepped


def test_so_many_at_once_and_then_one_by_one() -> None:
    """Each side by itself and for each thing; what is nobody's address in particular is not counted."""
    now, rate = [0.0], Rate(3, 10.0)
    rates = Rates(lambda: now[0])
    assert [rates.wait("x", rate, "192.0.2.1") for _ in range(5)] == [0, 0, 0, 10, 10]
    assert rates.wait("y", rate, "192.0.2.1") == rates.wait("x", rate, "192.0.2.2") == 0
    now[0] = 10.0
    assert [rates.wait("x", rate, "192.0.2.1") for _ in range(2)] == [0, 10]
    for same in ("::ffff:192.0.2.1", "192.0.2.1"):
        assert rates.wait("x", rate, same) == 10
    of_one_network = [rates.wait("x", rate, f"2001:db8:0:1::{each:x}") for each in range(4)]
    assert of_one_network == [0, 0, 0, 10]
    for nobody in ("127.0.0.1", "::1", "testclient", ""):
        assert [rates.wait("x", rate, nobody) for _ in range(9)] == [0] * 9


def test_many_sides_fill_no_memory() -> None:
    """The one that asked longest ago is forgotten first."""
    rates, rate = Rates(lambda: 0.0), Rate(1, 10.0)
    for each in range(MOST + 1):
        rates.wait("x", rate, f"10.{each >> 16}.{each >> 8 & 255}.{each & 255}")
    assert rates.wait("x", rate, "10.0.0.0") == 0
    assert rates.wait("x", rate, "10.0.1.0") == 10


@pytest.mark.usefixtures("at_once")
def test_whoever_guesses_is_made_to_wait_and_told_whom_to_phone(served: Served) -> None:
    """By address, as a trusted proxy tells; others go on; looking is free."""
    client, wrong = served.stranger(), {"name": "nobody", "code": "no"}
    client.headers["X-Forwarded-For"] = "198.51.100.7"
    answers = [client.post("/sign-in/code", data=wrong) for _ in range(SIGNING_IN.at_once + 1)]
    assert {each.status_code for each in answers[:-1]} == {S.UNPROCESSABLE_ENTITY}
    last = answers[-1]
    assert (last.status_code, int(last.headers["retry-after"]) > 0) == (S.TOO_MANY_REQUESTS, True)
    assert served.book.pack.duty_line in last.text
    assert "911" in last.text
    given = {"name": "officer", "password": PASSWORD}
    assert client.post("/sign-in", data=given).status_code == S.TOO_MANY_REQUESTS
    assert client.get("/sign-in").status_code == S.OK
    client.headers["X-Forwarded-For"] = "198.51.100.8"
    assert client.post("/sign-in/code", data=wrong).status_code == S.UNPROCESSABLE_ENTITY


@pytest.mark.usefixtures("at_once")
def test_guesses_at_a_receipt_are_counted_together_wherever_they_are_made(served: Served) -> None:
    """Coming back, or adding files: one bound for both."""
    client = served.stranger()
    client.headers["X-Forwarded-For"] = "198.51.100.9"
    guess = {"receipt": "0000-0000-0000", "secret": "aaaa"}
    png = [("file", ("a.png", b"\x89PNG\r\n\x1a\n"))]
    answers = [
        client.post("/report/files", data=guess, files=png).status_code for _ in range(SIGNING_IN.at_once + 1)
    ]
    assert answers == [S.NOT_FOUND] * SIGNING_IN.at_once + [S.TOO_MANY_REQUESTS]
    assert client.post("/report/return", data=guess).status_code == S.TOO_MANY_REQUESTS


@pytest.mark.clause("W-13")
@pytest.mark.usefixtures("at_once")
def test_whoever_tells_of_a_danger_is_never_made_to_wait(served: Served) -> None:
    """With the number and the secret of a report from before the alarm goes out, however often they came."""
    number = served.walk.reported()
    (report,) = served.walk.records(number, "reports")
    known = {
        "receipt": receipts.number_of(report["id"]),
        "secret": receipts.secret_of(served.book.vault, report["id"]),
    }
    client, danger = served.stranger(), {"more": "x" * 300_000, "danger": "yes"}
    client.headers["X-Forwarded-For"] = "198.51.100.10"
    asked = [client.post("/report/return", data=known).status_code for _ in range(SIGNING_IN.at_once + 1)]
    assert asked == [S.OK] * SIGNING_IN.at_once + [S.TOO_MANY_REQUESTS]
    page = client.post("/report/return", data=known | danger)
    assert (page.status_code, "The alarm is out" in page.text) == (S.UNPROCESSABLE_ENTITY, True)
    assert len(served.walk.records(number, "alarms")) == 1, (
        "not even words that are too long stand in its way"
    )
    before = len(served.walk.records(number, "reports"))
    client.post("/report/return", data=known | {"danger": "yes", "more": "He is at the door."})
    *_, one = reports = served.walk.records(number, "reports")
    said = (len(reports) - before, one["content"]["imminent"], one["content"]["behaviour_of_concern"])
    assert said == (1, True, "He is at the door."), "the alarm and what is told with it are one report"
    assert "alarm_joined" in served.walk.events(number)
    wrong = client.post("/report/return", data=known | {"danger": "yes", "secret": "aaaa"})
    assert (wrong.status_code, "nobody was told. Call 911 now" in wrong.text) == (S.NOT_FOUND, True)


@pytest.mark.clause("W-13", "W-16")
def test_whoever_sends_many_reports_is_made_to_wait_and_loses_no_word(
    served: Served, at_once: list[float]
) -> None:
    """What was typed is sent later, once; a danger goes out at once, from the same address, every time."""
    behind, text = "198.51.100.11", "An invented worry, typed while many reports came in."

    def typed(danger: str) -> httpx.Client:
        client = served.stranger()
        client.headers["X-Forwarded-For"] = behind
        stepped(client, "", site="deming", danger=danger)
        stepped(client, "what", behavior_of_concern=text)
        return client

    def reported() -> int:
        return len(served.walk.cases())

    for _ in range(REPORTS.at_once):
        assert on_receipt(stepped(typed("no"), "send"))
    before, client = reported(), typed("no")
    refused = stepped(client, "send")
    assert (refused.status_code, refused.headers["retry-after"]) == (S.TOO_MANY_REQUESTS, "60")
    assert all(said in refused.text for said in ("is kept", "911", served.book.pack.duty_line))
    assert text in client.get("/report/what").text
    assert text in client.get("/report/send").text
    assert reported() == before, "nothing was taken in"
    for _ in range(2):
        danger = typed("yes")
        assert "The alarm is out" in danger.get("/report/what").text
        assert on_receipt(stepped(danger, "send"))
    assert reported() == before + 2
    assert stepped(client, "send").status_code == S.TOO_MANY_REQUESTS, "an alarm gives no report of another"
    at_once[0] += REPORTS.every
    assert on_receipt(stepped(client, "send"))
    assert reported() == before + 3
    (report,) = served.walk.records(newest(served), "reports")
    assert report["content"]["behaviour_of_concern"] == text


@pytest.mark.parametrize(
    ("call", "status"),
    [("PUT /sign-in", 405), ("DELETE /", 405), ("POST /sign-in", 413), (f"GET /{'x' * 3000}", 414)],
)
def test_what_cannot_be_taken_in_is_a_page_for_people_and_a_document_for_programs(
    served: Served, call: str, status: int
) -> None:
    """In our look, with whom to phone; neither quotes what was sent."""
    method, path = call.split(" ")
    content = b"x=" + b"y" * 2_000_000 if status == S.REQUEST_ENTITY_TOO_LARGE else b""
    client = served.stranger()
    shown = client.request(method, path, content=content)
    assert (shown.status_code, "text/html" in shown.headers["content-type"]) == (status, True)
    assert served.book.pack.duty_line in shown.text
    assert "xxx" not in shown.text
    told = client.request(method, path, content=content, headers={"Accept": "application/json"})
    assert (told.status_code, "json" in told.headers["content-type"]) == (status, True)
