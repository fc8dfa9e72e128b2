"""What else reporters, offices and vice presidents are told: links, texts to clear, recommendations, ends."""

from datetime import date

from notifications.messages.contexts import Detail, Line
from notifications.messages.kinds.referrals import Referral
from notifications.messages.message import Ask, Message
from notifications.messages.samples import WHEN, sample
from states.vocabulary.leaving import Disclosed, RecipientKind, ReferralKind, ReleaseStatus


class Clearing(Detail):
    """A text that is to be told outside, on its way; never its words, nor the case that it comes from."""

    to: RecipientKind
    status: ReleaseStatus


class Code(Detail):
    """A code that opens what a link shows, to whoever has both."""

    digits: Line


class Conveyance(Detail):
    """A recommendation as the vice president of the unit hears of it (W-22)."""

    kind: ReferralKind
    office: Line
    #: the administrative unit concerned
    unit: Line


class Disposition(Detail):
    """What a reporter may be told of the end of a case (W-27)."""

    concluded: date


class Question(Detail):
    """That the team has a question to whoever reported; nothing of it."""


class Handover(Detail):
    """Who goes on looking after a matter that the team has closed (W-28)."""

    office: Line
    #: the other offices that were asked too
    others: tuple[Line, ...] = ()


ENTRIES = (
    Message(
        name="referral_link",
        purpose="Send an office the link for its next answer to a referral.",
        clause=("W-25",),
        ask=Ask.ANSWER,
        sample=sample(Referral(office="Student Affairs"), when=WHEN),
    ),
    Message(
        name="clearing",
        purpose="Tell an office that a text waits for its word, or that it may be told outside.",
        clause=("W-37", "W-38"),
        ask=Ask.ACT,
        about_case=False,
        discloses=frozenset({Disclosed.CASE_STATUS}),
        sample=sample(Clearing(to=RecipientKind.MEDIA, status=ReleaseStatus.DRAFTED), case=None, when=WHEN),
    ),
    Message(
        name="link_code",
        signed_in=False,
        purpose="Send a code that opens what a link shows, another way than the link.",
        clause=("W-39",),
        ask=Ask.ANSWER,
        about_case=False,
        # It tells of nobody and of no case, and is of no use without its digits.
        everywhere=True,
        discloses=frozenset(),
        sample=sample(Code(digits="1234 5678"), case=None),
    ),
    Message(
        name="conveyance",
        signed_in=False,
        discloses=None,
        purpose="Convey a recommendation to the vice president of the unit concerned.",
        clause=("W-22",),
        ask=Ask.READ,
        sample=sample(
            Conveyance(kind=ReferralKind.CONDUCT, office="Student Affairs", unit="Academic Affairs")
        ),
    ),
    Message(
        name="disposition_notice",
        signed_in=False,
        discloses=frozenset({Disclosed.CASE_NUMBER, Disclosed.DISPOSITION}),
        purpose="Tell the person who reported a concern that the team has concluded the matter.",
        clause=("W-27",),
        ask=Ask.READ,
        sample=sample(Disposition(concluded=date(2026, 3, 3))),
    ),
    Message(
        name="reporter_question",
        signed_in=False,
        purpose="Tell the person who reported a concern that the team has a question to them.",
        clause=("W-16", "W-40"),
        ask=Ask.READ,
        about_case=False,
        # It tells of no case and of nobody, and a mailbox may be read by somebody else.
        everywhere=True,
        # That there is a case, and less than its number.
        discloses=frozenset({Disclosed.CASE_NUMBER}),
        sample=sample(Question(), case=None),
    ),
    Message(
        name="handover",
        signed_in=False,
        purpose="Hand follow-up over to the offices that go on after the team has closed a case.",
        clause=("W-28", "W-29"),
        ask=Ask.ACT,
        sample=sample(Handover(office="Student Affairs", others=("Academic Affairs",)), when=WHEN),
    ),
)
