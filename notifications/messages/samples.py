"""Invented contexts for the samples of messages: what `tat notices preview` shows."""

from datetime import datetime, timedelta, timezone

from notifications.messages.contexts import Context, Detail

#: when a sample's meeting is, or by when it asks for something
WHEN = datetime(2026, 3, 3, 14, 0, tzinfo=timezone(timedelta(hours=-7), "MST"))


def sample(
    detail: Detail,
    *,
    case: str | None = "TAT-2026-0001",
    when: datetime | None = None,
    urgent: bool = False,
) -> Context:
    """An invented context around a detail.

    Args:
        detail: what only the team's own channels may carry.
        case: the case's number; None: the message is about no case.
        when: when the recipient is asked to be there or to have acted.
        urgent: whether they should drop everything else.
    """
    return Context(
        institution="Example University",
        phone="555-0100",
        link=f"https://tat.example.edu/cases/{case}" if case else "https://tat.example.edu/",
        case_number=case,
        when=when,
        urgent=urgent,
        detail=detail,
    )
