"""A court's orders, privacy, recusal and what may leave, on pages: what only a terminal could do."""

import html
from datetime import timedelta

import pytest

from states.casebook.record import evidence
from states.files.arriving import Arriving
from tests.console.web.cases.steps.forms import sent
from tests.console.web.cases.steps.test_rearranging import led_to, steps
from tests.console.web.conftest import Served


@pytest.mark.clause("W-42")
def test_a_protective_order_is_filed_with_its_paper_and_ended(served: Served) -> None:
    """The police of the site get a copy, and the court's own paper, which is one of the case's files."""
    walk, officer = served.walk, served.browser("officer")
    number = walk.screened()
    until = served.book.clock() + timedelta(days=200)
    said = {"protects": "Invented One", "against": "Invented Two", "valid_until": f"{until:%Y-%m-%d}"}
    assert sent(officer, f"/cases/{number}/steps/file_order", **said).status_code == 303
    assert [row["office"] for row in walk.records(number, "referrals")] == ["police_silver_city"]
    assert "order_paper" not in steps(officer, number, "sources"), "there is no file yet"
    file = Arriving(served.book.place, "order.pdf", most=1000)
    file.write(b"%PDF-1.4 invented")
    (file_id,) = evidence.add(served.book, number, [file.finish()], by=walk.officer)
    paper = sent(officer, led_to(officer, number, "sources", "order_paper"), file=file_id)
    assert paper.headers["location"] == f"/cases/{number}/sources?done=order_paper"
    assert "Court's own paper" in html.unescape(officer.get(f"/cases/{number}/sources").text)
    assert sent(officer, led_to(officer, number, "sources", "end_order"), reason="Lifted.").status_code == 303
    assert "Holds no more since" in officer.get(f"/cases/{number}/sources").text
    assert "end_order" not in steps(officer, number, "sources")


@pytest.mark.clause("W-58", "W-40")
def test_privacy_is_given_up_by_the_chair_after_a_talk(served: Served) -> None:
    """Nobody is offered to lift it before there was a talk, and nobody but whoever chairs then."""
    walk, officer, chair = served.walk, served.browser("officer"), served.browser("chair")
    number = walk.screened(private=True)
    assert "lift_privacy" not in steps(chair, number, "reports")
    said = {"talked_at": "now", "told": "A court asks.", "said": "They agree."}
    done = sent(officer, led_to(officer, number, "reports", "talked"), **said)
    assert done.status_code == 303
    assert "lift_privacy" not in steps(officer, number, "reports")
    assert sent(chair, led_to(chair, number, "reports", "lift_privacy"), reason="A court.").status_code == 303
    assert walk.records(number, "reports")[0]["private"] is False


@pytest.mark.clause("W-39")
def test_whoever_recuses_themselves_sees_no_such_case_and_the_chair_reads_why(served: Served) -> None:
    """They are led to the cases that are left to them."""
    walk, officer, chair = served.walk, served.browser("officer"), served.browser("chair")
    number = walk.screened()
    done = sent(officer, f"/cases/{number}/steps/recuse", reason="A neighbor.")
    assert done.headers["location"] == "/cases"
    assert officer.get(f"/cases/{number}").status_code == 404
    assert "invented-officer-name: A neighbor." in html.unescape(chair.get(f"/cases/{number}/people").text)


@pytest.mark.clause("W-35")
def test_what_may_leave_is_decided_and_entered_on_pages(served: Served) -> None:
    """An emergency, a consent and that it was taken back; a request that is refused is on record, too."""
    walk, chair = served.walk, served.browser("chair")
    number = walk.screened()
    considered = dict.fromkeys(
        ("threat", "seriousness", "urgency", "need", "ability_of_recipient"), "Invented."
    )
    assert sent(chair, f"/cases/{number}/steps/determine", **considered).status_code == 303
    assert len(walk.records(number, "determinations")) == 1
    given: dict[str, str | list[str]] = {
        "given_by": "Invented",
        "relation": "themselves",
        "to": "parent",
        "recipient": "the_parents",
    }
    given |= {"purpose": "notice", "given_at": "now", "note": "By phone."}
    named: dict[str, str | list[str]] = {"what": ["case_status"]}
    wrong = sent(chair, f"/cases/{number}/steps/consent", **given | named | {"recipient": "Mrs Invented"})
    assert wrong.status_code == 422
    assert "no person's name" in html.unescape(wrong.text)
    assert sent(chair, f"/cases/{number}/steps/consent", **given | named).status_code == 303
    assert (
        sent(chair, led_to(chair, number, "messages", "revoke_consent"), reason="Taken back.").status_code
        == 303
    )
    assert walk.records(number, "consents")[0]["revoked_at"] is not None
    asked: dict[str, str | list[str]] = {
        "to": "media",
        "recipient": "a_newspaper",
        "what": ["case_status"],
        "purpose": "notice",
    }
    asked |= {"basis": "consent", "asked_by": "A reporter", "reason": "They phoned."}
    refused = sent(chair, f"/cases/{number}/steps/tell", **asked)
    assert refused.status_code == 422
    assert len(walk.records(number, "disclosure_requests")) == 1
