"""What a referral's letter is made from, and no more than its way tells."""

import re
from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from states.calendar.reckoning import soonest
from states.casebook.lookups.questions import known_of
from states.casebook.page import Page
from states.casebook.protecting import attachments
from states.contents.kept import REFERRALS, REPORTS, SOURCE_QUERIES
from states.contents.leaving import SentReferral
from states.correspondence.letter import Enclosed, Letter
from states.tables import Referral, SourceQuery
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import Disclosed, ReferralKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import AnswerStatus


def opened(
    page: Page,
    row: Referral,
    *,
    written_at: datetime,
    tells: Collection[Disclosed],
    idempotency_key: str = "",
    link: str = "",
) -> Letter:
    """A referral as its letter has it, with all that the case knows the subject by.

    Args:
        page: the case's page.
        row: the referral.
        written_at: when it was decided on.
        tells: what its way tells.
        idempotency_key: the same for each repetition of one sending; empty: it is read, and not sent.
        link: where the office answers, once; empty: it answers otherwise.
    """
    clock = page.pack.clock(Clock.REFERRAL_ACKNOWLEDGEMENT)
    assert clock is not None  # noqa: S101 - a pack without this clock does not load
    content = page.open(REFERRALS, row)
    office = page.pack.office(row.office)
    zone = ZoneInfo(page.pack.site(page.case.site).timezone)
    answer_by = soonest(written_at, clock.duration, page.pack.at(page.case.sites))
    return Letter(
        referral_id=row.id,
        idempotency_key=idempotency_key or row.id,
        case_number=page.case.number,
        kind=ReferralKind(row.kind),
        office=row.office,
        office_name=office.name,
        address=office.address,
        institution=page.pack.institution,
        phone=page.pack.duty_line,
        handbook=row.handbook,
        written_at=written_at.astimezone(zone),
        answer_by=answer_by.astimezone(zone),
        recommendation=content.recommendation
        if {Disclosed.RECOMMENDATION, Disclosed.PROTECTIVE_ORDER} & set(tells)
        else "",
        subject=known_of(page) if Disclosed.IDENTIFIERS in tells else {},
        contact=reached_at(page) if Disclosed.CONTACT in tells else {},
        observations=_observations(page) if Disclosed.OBSERVATION in tells else (),
        enclosed=_enclosed(page, content) if Disclosed.PROTECTIVE_ORDER in tells else (),
        link=link,
    )


def _enclosed(page: Page, content: SentReferral) -> tuple[Enclosed, ...]:
    if not content.document:
        return ()
    paper = attachments.opened(page, content.document)
    return (Enclosed(name=paper.name, media_type=paper.media_type, data=paper.data),)


#: what records call a mailbox and a phone number, without spaces, case and punctuation
_CALLED = {
    IdentifierKind.EMAIL: re.compile(r"(campus|university|school|private|personal)?e?mail(address)?"),
    IdentifierKind.PHONE: re.compile(r"(home|cell(ular)?|mobile|campus)?(tele)?phone(number)?|mobile|cell"),
}


def reached_at(page: Page) -> dict[IdentifierKind, str]:
    """How the subject is reached: by what people gave, and else by what records say; newest first."""
    known = known_of(page)
    reached = {kind: known[kind] for kind in _CALLED if known.get(kind)}
    for row in reversed(page.rows(SourceQuery, SourceQuery.status == AnswerStatus.FOUND)):
        for fact in page.open(SOURCE_QUERIES, row).facts:
            name = re.sub(r"[\W_]+", "", fact.name).casefold()
            for kind, called in _CALLED.items():
                if called.fullmatch(name) and fact.value.strip():
                    reached.setdefault(kind, fact.value.strip())
    return reached


def _observations(page: Page) -> tuple[str, ...]:
    """What people reported that they saw themselves, without who they are (W-36, W-40)."""
    contents = [page.open(REPORTS, report) for report in page.reports()]
    return tuple(
        f"{content.behaviour_of_concern}\n\n{content.specific_threat_or_event}".strip()
        for content in contents
        if content.own_observation
    )
