"""What no page of ours sends is no error of ours, leads nowhere else, and tells nobody who has an account."""

import logging
import time

import pytest

from console.web.coming_in.signing_in import BEAT
from states.casebook.accounts import making
from states.casebook.inquiry import triage
from tests.cases.signing_in import PASSWORD
from tests.console.web.conftest import Served

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_no_request_leads_to_another_host_or_is_an_error_of_ours(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    """Addresses that are none, too many fields, bytes and characters that are no text."""
    client = served.stranger()
    for to in ("//[", "https://[", "//elsewhere.example", "/\\elsewhere.example", "/\t/x", "/\u202ex", "x"):
        shown = client.get("/sign-in", params={"to": to})
        assert (to, shown.status_code, 'name="to" value="/"' in shown.text) == (to, 200, True)
    for path in ("/cases/", "/cases/TAT-2026-0001/", "/account/", "/CASES", "/cases//x", "//x.example/"):
        assert client.get(served.url + path, headers={"Host": "elsewhere.example"}).status_code == 404, path
    for path in ("/cases/%2e%2e", "/cases/%ff", "/cases/%ed%a0%80", f"/cases/TAT-{'9' * 999}-1"):
        assert served.browser("dean").get(served.url + path).status_code == 404, path
    many = "&".join(f"a{number}=1" for number in range(101))
    assert client.post("/sign-in", content=many, headers=FORM).status_code == 422
    typed = client.post("/sign-in", content=b"name=a%00%ffb&password=%00", headers=FORM)
    assert (typed.status_code, 'value="a\ufffd\ufffdb"' in typed.text) == (422, True)
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


def test_what_does_not_fit_is_answered_as_late_for_nobody_as_for_somebody(served: Served) -> None:
    """Not before a whole beat is over, whether there is an account, one that nobody set up, or none."""
    served.login("officer")
    making.link(served.book, "dean", by=served.walk.chair)
    client = served.stranger()
    for name in ("officer", "dean", "nobody", "nobody@wnmu.example"):
        began = time.monotonic()
        assert client.post("/sign-in", data={"name": name, "password": f"not {PASSWORD}"}).status_code == 422
        assert time.monotonic() - began >= BEAT, name


def test_every_answer_of_a_page_is_kept_nowhere(served: Served) -> None:
    """Also one that leads on."""
    client = served.browser("officer")
    session = client.cookies["tat"].partition(".")[0]
    for answer in (
        served.stranger().get("/"),
        client.post("/sign-in", data={"name": "officer", "password": PASSWORD}),
        client.post("/account/recovery-codes"),
        served.browser("officer").post(f"/account/sessions/{session}/end"),
    ):
        assert answer.headers["cache-control"] == "no-store"


def test_words_that_turn_the_direction_turn_nothing_on_a_page(served: Served) -> None:
    """An isolate that they close would let them turn what stands after the name."""
    name = "Zoe\u2069\u202e<b>\u2067"
    number = served.walk.reported(reporter={"name": name}, subject={"site": "silver_city", "name": name})
    triage.assign(served.book, number, by=served.walk.chair, lead="officer", offices=["university_police"])
    shown = served.browser("officer").get(f"/cases/{number}").text
    assert shown.count(r"Zoe\u2069\u202e&lt;b&gt;\u2067") >= 2
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
