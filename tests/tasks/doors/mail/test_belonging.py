"""A reply finds the case in which its case goes on, and keeps what its writer asked for (W-40, W-47)."""

from dataclasses import replace

import pytest

from states.casebook.inquiry import assessing, triage
from states.casebook.intake import tips
from states.casebook.intake.tips import Incoming, Taken
from states.casebook.persons import joining
from states.casebook.rearranging import merging
from states.contents.reports import ReportContent
from states.vocabulary.cases import Level
from tests.cases.walking import Walk
from tests.tasks.doors.mail.dropping import OURS, noticed

REPORTER = "invented-reporter-email@people.example"


def reply(number: int, sender: str = "stranger@x.example") -> Incoming:
    """A mail that answers a notice of ours."""
    said = {
        "behaviour_of_concern": "He is here.",
        "subject": {"site": "deming"},
        "reporter": {"email": sender},
    }
    words = f"<{number}@x.example>"
    return Incoming(
        *("mailroom", words, ReportContent.read(said), words, None),
        answerable=False,
        vouched=False,
        answers=(OURS,),
    )


@pytest.mark.clause("W-47")
def test_a_reply_joins_the_case_in_which_its_own_goes_on(walk: Walk) -> None:
    """Once that one was merged into it."""
    ends, goes_on = walk.screened(), walk.screened()
    noticed(walk, ends)
    joining.confirm_link(walk.book, ends, goes_on, by=walk.chair, same_person=True, because="Known.")
    merging.merge(walk.book, ends, goes_on, by=walk.chair, because="One person.")
    before = len(walk.records(ends, "reports"))
    assert tips.take_tip(walk.book, reply(1)) is Taken.JOINED
    assert len(walk.records(ends, "reports")) == before
    assert walk.records(goes_on, "reports")[-1]["content"]["behaviour_of_concern"] == "He is here."


def test_a_reply_to_a_case_that_was_erased_opens_one(walk: Walk) -> None:
    """It is not lost; nobody knows any more what it answers."""
    number = walk.reported()
    noticed(walk, number)
    screening = triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="invented")
    assessing.concur(walk.book, number, by=walk.chair, about=screening)
    walk.dispose(number)
    walk.act(number, "dismiss")
    walk.erase(number)
    assert tips.take_tip(walk.book, reply(1)) is Taken.NEW


@pytest.mark.clause("W-40")
def test_a_reporter_who_asked_for_privacy_keeps_it_in_a_reply(walk: Walk) -> None:
    """Whatever the mail says; a stranger's reply asks for none."""
    number = walk.reported(private=True)
    noticed(walk, number)
    for count, sender in enumerate((REPORTER, "stranger@x.example"), 1):
        assert tips.take_tip(walk.book, reply(count, sender)) is Taken.JOINED
    assert [row["private"] for row in walk.records(number, "reports")] == [True, True, False]


def test_a_reply_to_two_cases_joins_the_one_that_was_written_of_last(walk: Walk) -> None:
    """A thread may quote the notices of several."""
    earlier, later = walk.reported(), walk.reported()
    other = OURS.replace("a", "b")
    noticed(walk, earlier)
    noticed(walk, later, message_id=other)
    both = replace(reply(1), answers=(OURS, other))
    assert tips.take_tip(walk.book, both) is Taken.JOINED
    assert len(walk.records(later, "reports")) == 2
