"""The team and whoever reported write to each other, and neither learns more of the other than was told."""

import html
import re
from typing import Any

import pytest

from states.casebook.effects import listing
from states.casebook.inquiry import triage
from states.casebook.intake import conversations, receipts
from states.casebook.reading import whole_case
from states.casebook.reading.needs import needs
from states.casebook.rearranging import moving
from states.casebook.team import members
from states.vocabulary.effects import Clock, EffectKind
from tests.console.web.cases.steps.forms import sent as sent_step
from tests.console.web.conftest import Served
from tests.console.web.report.test_steps import FORM, hidden_in, newest, sent, status

QUESTION, ANSWER = "An invented question?", "An invented answer."
BADLY = "invented: They left the room."


def report_of(served: Served, number: str) -> Any:
    """The newest report of a case."""
    return whole_case.dossier(served.book, number, by=served.walk.chair)["reports"][-1]


@pytest.mark.clause("W-16", "W-40")
def test_the_team_asks_and_a_reporter_who_stays_anonymous_answers(served: Served) -> None:
    """Each on their own page; who is on the case is reminded until somebody has read the answer."""
    anonymous = {name: "" for name in FORM if name.startswith(("reporter_", "other_"))}
    number, secret = sent(served.stranger(), **anonymous, campus_id="", has_other_contact="no")
    case, chair = newest(served), served.walk.chair
    triage.assign(served.book, case, by=chair, lead="officer", offices=["university_police"])
    lead, address = served.browser("officer"), f"/cases/{case}/conversation"
    report = re.findall(r'name="report" value="(\w+)"', lead.get(address).text)[0]
    assert lead.post(address, data={"report": report, "text": " "}).status_code == 422
    assert lead.post(address, data={"report": report, "text": QUESTION}).status_code == 303
    client = served.stranger()
    back = status(client, number, secret)
    assert QUESTION in back.text
    assert "officer" not in back.text, "who of the team asked is not told"
    assert case not in back.text
    assert "You are protected from retaliation" in back.text, "while the team works, and not at the end alone"
    answered = {"answer": ANSWER, "once": hidden_in(back)["once"]}
    for sentence in ("is with the team", "taken in once"):
        again = client.post("/report/return", data={"receipt": number, "secret": secret} | answered)
        assert sentence in again.text
    assert again.text.count(ANSWER) == 1
    lead_of = members.actor(served.book, "officer")
    waiting = needs(served.book, by=lead_of, clocks=(Clock.REPORTER_ANSWER,))
    assert case in {one.number for one in waiting}
    assert f'href="/cases/{case}/conversation"' in lead.get("/?kind=replies+from+reporters").text
    owed = {line.kind for line in listing.effects(served.book, by=chair, number=case)}
    assert EffectKind.NOTIFY_TEAM in owed
    # My work leads there, and so does the case.
    assert f'<a href="{address}">Conversation</a>' in lead.get(f"/cases/{case}").text
    shown = lead.get(address).text
    assert ANSWER in shown
    assert "An answer waits since" in shown
    assert lead.post(address, data={"report": report, "do": "read"}).status_code == 303
    assert lead.post(address, data={"report": report, "do": "read"}).status_code == 422
    waiting = needs(served.book, by=lead_of, clocks=(Clock.REPORTER_ANSWER,))
    assert case not in {one.number for one in waiting}
    with served.book.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM report_messages").all()
    assert not any(text in str(row) for row in rows for text in (QUESTION, ANSWER))


def test_a_conversation_goes_where_its_report_goes(served: Served) -> None:
    """To another case, and on after the end; nothing of it stays behind, and the receipt still opens it."""
    number, secret = sent(served.stranger(), campus_id="")
    wrong, chair = newest(served), served.walk.chair
    conversations.ask(served.book, wrong, report_of(served, wrong)["id"], QUESTION, by=chair)
    right = served.walk.reported()
    moving.move_report(
        served.book, wrong, report_of(served, wrong)["id"], to=right, by=chair, because="It is theirs."
    )
    client = served.stranger()
    assert QUESTION in status(client, number, secret).text
    assert status(client, number, secret, answer=ANSWER, once="m").status_code == 200
    here = conversations.conversations(served.book, right, by=chair)
    assert [each.text for one in here for each in one.messages] == [QUESTION, ANSWER]
    assert not [one for one in conversations.conversations(served.book, wrong, by=chair) if one.messages]
    old = whole_case.dossier(served.book, wrong, by=chair)["report_messages"]
    assert [each["content"] for each in old] == [{}]
    assert status(client, number, secret, more="There is more.", once="n").status_code == 200


def test_what_a_reporter_writes_after_the_end_is_read_and_of_an_erased_case_nothing_is_left(
    served: Served,
) -> None:
    """A closed case has its clock for it all the same; the receipt of an erased one is as any wrong one."""
    walk = served.walk
    case = walk.closed()
    report = report_of(served, case)["id"]
    conversations.ask(served.book, case, report, QUESTION, by=walk.chair)
    number, secret = receipts.number_of(report), receipts.secret_of(served.book.vault, report)
    client = served.stranger()
    assert status(client, number, secret, answer=ANSWER, once="o").status_code == 200
    waiting = [one for one in needs(served.book, by=walk.chair, limit=1000) if one.number == case]
    assert Clock.REPORTER_ANSWER in {one.clock for one in waiting}
    long = status(client, number, secret, answer="x" * 100_001)
    assert (long.status_code, "the first part" in long.text, "x" * 100_001 in long.text) == (422, True, True)
    walk.erase(case)
    gone, wrong = status(client, number, secret, answer="x"), status(client, number, secret[:-1] + "9")
    assert (gone.status_code, gone.text) == (wrong.status_code, wrong.text)


@pytest.mark.clause("W-40")
def test_whoever_left_an_address_says_on_their_own_page_that_they_want_no_mail(served: Served) -> None:
    """It is asked of nobody who left none; once said, it stays said."""
    client = served.stranger()
    number, secret = sent(client, campus_id="")
    button = "Send me no more mail"
    assert button in status(client, number, secret).text
    quiet = status(client, number, secret, mail="no").text
    assert (button in quiet, "You get no mail" in quiet) == (False, True)
    assert "You get no mail" in status(client, number, secret).text
    assert report_of(served, newest(served))["content"]["may_be_mailed"] is False
    number, secret = sent(client, campus_id="", reporter_email="")
    assert "no mail" not in status(client, number, secret).text


@pytest.mark.clause("W-41")
def test_a_reporter_says_on_their_own_page_that_they_are_treated_badly(served: Served) -> None:
    """Once however often it is sent; it waits in My work until somebody entered what was done about it."""
    number, secret = sent(served.stranger(), campus_id="")
    case, chair, client = newest(served), served.walk.chair, served.stranger()
    triage.assign(served.book, case, by=chair, lead="officer", offices=["university_police"])
    assert "Does anyone treat you badly because you reported?" in status(client, number, secret).text
    client.get("/report?lang=es")
    assert "¿Alguien lo trata mal por haber reportado?" in html.unescape(status(client, number, secret).text)
    # What was sent in another box of the same page keeps this one from nothing.
    assert status(client, number, secret, more="invented-addition", once="b").status_code == 200
    for _ in range(2):
        assert status(client, number, secret, badly=BADLY, once="b").status_code == 200
    (row,) = whole_case.dossier(served.book, case, by=chair)["reprisals"]
    assert (row["by"], row["word"], row["content"]["text"]) == ("reporter", "said", BADLY)
    lead = served.browser("officer")
    step = f"/cases/{case}/steps/reprisal"
    assert f'href="{step}?about={row["report_id"]}"' in lead.get("/?kind=reporters").text
    assert "A reporter is treated badly" in lead.get("/?kind=reporters").text
    sheet = html.unescape(lead.get(f"/cases/{case}/reports").text)
    assert ("they say that they are" in sheet, BADLY in sheet) == (True, True)
    missing = sent_step(lead, step, about=row["report_id"], word="acted")
    assert (missing.status_code, "why nobody asks" in missing.text) == (422, True)
    acted = sent_step(lead, step, about=row["report_id"], word="acted", text="Talked with the course.")
    assert acted.status_code == 303
    assert "A reporter is treated badly" not in lead.get("/?kind=reporters").text
