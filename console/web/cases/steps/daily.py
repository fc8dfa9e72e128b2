"""A day's work about a case from pages: meetings, people in danger, offices' answers, hand-overs, calls."""

from console.shown.case.asked import daily
from console.web.cases.steps.step import Given, Step, here
from states.access import Act, Actor
from states.calendar import moments
from states.casebook import Casebook
from states.casebook.closing import calls, disposition
from states.casebook.plan import meetings
from states.casebook.protecting import targets
from states.casebook.referrals import answers, sending
from states.casebook.standing import decisions
from states.contents.leaving import OutcomeContent
from states.contents.plans import MinutesContent
from states.vocabulary.leaving import CallOutcome, ReferralStatus
from states.vocabulary.plans import Attendance


def _hold(book: Casebook, number: str, by: Actor, given: Given) -> None:
    said = {"suggestions": given.texts("suggestions")}
    content = given.content(MinutesContent, here(book, number, by), "about", **said)
    meetings.hold(book, number, given.one("about"), content, by=by)


def _move(book: Casebook, number: str, by: Actor, given: Given) -> None:
    about, why, typed = given.one("about"), given.one("reason"), given.one("at")
    if typed:
        at = moments.moment(typed, "the meeting", here(book, number, by))
        meetings.move(book, number, about, by=by, at=at, because=why)
    else:
        meetings.cancel(book, number, about, by=by, because=why)


def _follow_up(book: Casebook, number: str, by: Actor, given: Given) -> None:
    about, what, text, typed = (given.one(name) for name in ("about", "what", "text", "next_at"))
    if what == "measure":
        targets.record_measure(book, number, about, text, by=by)
    elif what == "waived":
        targets.waive(book, number, about, by=by, because=text)
    else:
        next_at = moments.by(typed, "the next time", here(book, number, by)) if typed else None
        targets.follow_up(book, number, about, text, by=by, next_at=next_at)


def _answer(book: Casebook, number: str, by: Actor, given: Given) -> None:
    came = given.one("attendance")
    answers.record_outcome(
        book,
        number,
        given.one("about"),
        ReferralStatus(given.one("status")),
        OutcomeContent.read({"text": given.one("text")}),
        by=by,
        attendance=Attendance(came) if came else None,
    )


def _send_again(book: Casebook, number: str, by: Actor, given: Given) -> None:
    sending.send_again(book, number, given.one("about"), by=by)


def _send_link(book: Casebook, number: str, by: Actor, given: Given) -> None:
    sending.send_link(book, number, given.one("about"), by=by)


def _confirm_hand_over(book: Casebook, number: str, by: Actor, given: Given) -> None:
    disposition.confirm_hand_over(book, number, given.one("about"), by=by, note=given.one("note"))


def _called(book: Casebook, number: str, by: Actor, given: Given) -> None:
    outcome = CallOutcome(given.one("outcome"))
    calls.made(book, number, given.one("about"), outcome, by=by, note=given.one("note"))


def _decide(book: Casebook, number: str, by: Actor, given: Given) -> None:
    keep_out, why = given.one("out") == "yes", given.one("reason")
    decisions.decide(book, number, given.one("about"), by=by, keep_out=keep_out, because=why)


DAILY = (
    Step(
        "hold",
        "Enter the minutes of a meeting",
        "Who was there, and what was decided. Members confirm with it that they took part.",
        daily.holding,
        _hold,
    ),
    Step("move", "Move a meeting, or call it off", "Whoever was invited hears of it.", daily.moving, _move),
    Step(
        "target",
        "Report on somebody in danger",
        "What was done for them, or how they are.",
        daily.followed_up,
        _follow_up,
        looks=False,
    ),
    Step(
        "outcome",
        "Enter an office's answer",
        "What the office made of a referral. The case goes its own way.",
        daily.answered,
        _answer,
        looks=False,
    ),
    Step(
        "send_again",
        "Send a referral again",
        "One that was held up or declined, or that the office is silent on.",
        daily.sent_again,
        _send_again,
    ),
    Step(
        "send_link",
        "Send an office its link again",
        "It is sent the link for its next answer, when it cannot find the last one.",
        daily.link_sent_again,
        _send_link,
    ),
    Step(
        "hand_over",
        "Enter that somebody took over",
        "They told you that they follow up from now on.",
        daily.handed_over,
        _confirm_hand_over,
        looks=False,
    ),
    Step(
        "call",
        "Enter what came of a call",
        "To a reporter whom no message reaches.",
        daily.called,
        _called,
        looks=False,
    ),
    Step(
        "decide_conflict",
        "Decide on a conflict of interest",
        "Whoever is kept out sees nothing of the case any more.",
        daily.decided,
        _decide,
        act=Act.DECIDE_CONFLICT,
        looks=False,
        offers=True,
    ),
)
