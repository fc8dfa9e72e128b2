"""What is asked of a day's work about a case: meetings, people in danger, offices' answers, calls."""

from collections.abc import Iterable

from console.shown.case.asked.choosing import capital, only, yes_or_no
from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Group, Option
from console.shown.case.asked.plans import TYPED
from console.shown.case.measures.carried import how_far, never_left
from console.shown.case.opened import Row
from notifications.messages.wording import in_words
from states.correspondence.referral_moves import ANSWERS, MOVES
from states.vocabulary.cases import CaseState
from states.vocabulary.leaving import CallOutcome, ReferralKind, ReferralStatus
from states.vocabulary.plans import Attendance, MeetingKind
from states.vocabulary.spelling import words

#: what a call may come to, as it is said of it
_CAME_OF_IT: dict[CallOutcome, str] = {
    CallOutcome.TOLD: "I told them",
    CallOutcome.NOT_REACHED: "I did not reach them; it stays to be done",
    CallOutcome.DOES_NOT_WISH: "They do not wish to hear of it",
    CallOutcome.NO_WAY_TO_REACH: "There is no way to reach them",
}


def holding(asked: Asked) -> Fields:
    """That a meeting took place: who was there, and the minutes (U-04, U-05)."""
    return (
        _which("Which meeting", _meetings(asked, begun=True)),
        Field(
            "present",
            "Who was there",
            Ask.SEVERAL,
            "By phone counts. Whether there was a quorum is reckoned from it.",
            asked.everybody,
            needed=True,
        ),
        Field("minutes", "Minutes", hint="What was said, and what was decided.", needed=True),
        Group(
            "suggestions",
            "Suggestion",
            (Field("text", "What to do better", needed=True),),
            "What the team learned, as after a case is closed. Optional.",
        ),
        *(() if asked.opened.dossier["case"]["state"] == CaseState.CLOSED else (_agreed(asked),)),
    )


def _agreed(asked: Asked) -> Group:
    """What a meeting agreed on: who does what, by when, whatever plan there is."""
    return Group(
        "actions",
        "Action",
        (
            Field("what", "What is done", needed=True),
            Field("owner", "Who does it", Ask.ONE, "", asked.able, needed=True),
            Field("due_at", "By when", Ask.LINE, TYPED, needed=True),
        ),
        "Who does what, by when; no plan is needed. Optional.",
        under="Actions agreed on",
    )


def moving(asked: Asked) -> Fields:
    """A meeting that is moved to another time, and why (U-04)."""
    return (
        _which("Which meeting", _meetings(asked, begun=False)),
        Field(
            "at",
            "When instead",
            Ask.LINE,
            "As in Fri 27 Nov 2026 5 pm, or tomorrow 5 pm. Leave it empty to call the meeting off.",
        ),
        Field("reason", "Why", needed=True),
    )


def _meetings(asked: Asked, *, begun: bool) -> list[Option]:
    opened = asked.opened
    rows = [row for row in opened.of("meetings") if not row["held_at"] and not row["cancelled_at"]]
    # What has begun may have been held; anything that was called may be moved.
    known = [row for row in rows if not begun or row["scheduled_at"] <= asked.now]
    return [Option(row["id"], _meeting(asked, row)) for row in reversed(known)]


def _meeting(asked: Asked, row: Row) -> str:
    at = asked.opened.when(row["scheduled_at"])
    return f"{capital(str(in_words(MeetingKind(row['kind']))))}, {at.spelled if at else ''}"


def followed_up(asked: Asked) -> Fields:
    """How it goes with somebody in danger: what was done, a follow-up, or why there is none (W-53)."""
    what = (
        Option("measure", "Something was done for them; the follow-up goes on"),
        Option("spoken", "I spoke with them"),
        Option("waived", "There is no follow-up, for a reason"),
    )
    found = [
        Option(row["id"], f"{row['content']['name']}, {words(row['role'])}")
        for row in asked.opened.of("targets")
    ]
    return (
        _which("Who", found),
        Field("what", "What is it?", Ask.ONE, "", what, needed=True),
        Field("text", "In a few words", needed=True),
        Field(
            "next_at",
            "When they are spoken with again",
            Ask.LINE,
            f"{TYPED} Leave it empty once that has come to its end.",
        ),
    )


def answered(asked: Asked) -> Fields:
    """What an office made of a referral (W-22 to W-25, W-29)."""
    opened = asked.opened
    found = [
        Option(row["id"], _referral(asked, row))
        for row in opened.of("referrals")
        # No office answers what was never sent, and is not to be.
        if not never_left(opened, row) and not set(ANSWERS).isdisjoint(MOVES[ReferralStatus(row["status"])])
    ]
    came = tuple(Option(each, capital(words(each))) for each in Attendance)
    return (
        _which("Which referral", found),
        Field(
            "status",
            "What the office says",
            Ask.ONE,
            "",
            tuple(Option(each, capital(words(each))) for each in ANSWERS),
            needed=True,
        ),
        Field("text", "In the office's words", hint="Optional; never of counseling."),
        Field("attendance", "Of completed counseling: whether they came", Ask.ONE, "Optional.", came),
    )


def sent_again(asked: Asked) -> Fields:
    """A referral that is sent again: held up, declined, or one that the office is silent on."""
    rows = [row for row in asked.opened.of("referrals") if row["status"] != ReferralStatus.COMPLETED]
    return (_which("Which referral", [Option(row["id"], _referral(asked, row)) for row in rows]),)


def link_sent_again(asked: Asked) -> Fields:
    """A referral whose office cannot find the link for its next answer."""
    rows = [
        row for row in asked.opened.of("referrals") if row["sent_at"] and MOVES[ReferralStatus(row["status"])]
    ]
    return (_which("Which referral", [Option(row["id"], _referral(asked, row)) for row in rows]),)


def _referral(asked: Asked, row: Row) -> str:
    pack = asked.opened.pack
    office = pack.office(row["office"]).name if row["office"] in pack.office_codes else "an office"
    return f"{capital(str(in_words(ReferralKind(row['kind']))))}, {office}: {how_far(asked.opened, row)}"


def handed_over(asked: Asked) -> Fields:
    """That somebody said they took follow-up over (W-28)."""
    opened = asked.opened
    found = [
        Option(row["id"], f"{row['content']['name']}, {opened.pack.office(row['office']).name}")
        for row in opened.of("hand_overs")
        if row["confirmed_at"] is None
    ]
    return (
        _which("Who took over", found),
        Field("note", "How they said so", hint="Such as by phone, and when. Optional."),
    )


def called(asked: Asked) -> Fields:
    """What came of phoning a reporter whom no message reaches (W-27)."""
    found = [
        Option(row["id"], f"Say: {row['content']['say']}")
        for row in asked.opened.of("calls")
        if row["outcome"] in (None, "", CallOutcome.NOT_REACHED)
    ]
    came = tuple(Option(value, reads) for value, reads in _CAME_OF_IT.items())
    return (
        _which("Which call", found),
        Field("outcome", "What came of it", Ask.ONE, "", came, needed=True),
        Field("note", "What they said", hint="Optional."),
    )


def _which(label: str, options: Iterable[Option]) -> Field:
    found = tuple(options)
    return Field("about", label, Ask.ONE, "", found, needed=True, given=only(found))


def decided(asked: Asked) -> Fields:
    """Whether a member is kept out of the case (W-39)."""
    opened = asked.opened
    found = [
        Option(row["member"], opened.who(row["member"]))
        for row in opened.of("conflicts")
        if row.get("decided_at") is None
    ]
    return (
        _which("Who may have a conflict", found),
        Field("out", "Are they kept out?", Ask.ONE, "", yes_or_no("Kept out", "Not kept out"), needed=True),
        Field("reason", "Why", needed=True),
    )
