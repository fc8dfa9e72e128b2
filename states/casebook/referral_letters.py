"""What a referral's letter is made from, and no more than its way tells."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from states.casebook import attachments
from states.casebook.attachments import Document
from states.casebook.lookups import known_of
from states.casebook.page import Page
from states.reckoning import soonest
from states.records import ReportContent
from states.tables import SourceQuery
from states.vocabulary import AnswerStatus, Clock, Disclosed, IdentifierKind, ReferralKind


@dataclass(frozen=True, slots=True)
class Released:
    """A referral that may leave: all that its letter is made from, and no more than its way tells.

    Args:
        referral_id: what the office may know it by.
        number: the case's number.
        site: code of the case's site.
        kind: what is recommended.
        office: code of the office.
        handbook: under which handbook, or empty.
        written_at: when it was decided on; the same however often it is tried.
        answer_by: until when an answer is waited for.
        recommendation: what the team recommends, in its words.
        known: what the subject is known by.
        observations: what people saw themselves (W-36).
        contact: how the subject is reached, for an office that is to offer them help (W-23).
        document: the court's own paper of an order (W-42); None: there is none, or its way tells none.
        secret: of the one-time link that the office answers with; empty: it answers otherwise.
    """

    referral_id: str
    number: str
    site: str
    kind: ReferralKind
    office: str
    handbook: str
    written_at: datetime
    answer_by: datetime
    recommendation: str = field(repr=False)
    known: Mapping[IdentifierKind, str] = field(repr=False)
    observations: tuple[str, ...] = field(repr=False)
    contact: Mapping[IdentifierKind, str] = field(repr=False)
    document: Document | None = field(repr=False)
    secret: str = field(repr=False)


def opened(
    page: Page, row: Any, *, written_at: datetime, tells: Collection[Disclosed], secret: str = ""
) -> Released:
    """A referral as its letter has it."""
    clock = page.pack.clock(Clock.REFERRAL_ACKNOWLEDGEMENT)
    assert clock is not None  # noqa: S101 - a pack without this clock does not load
    content = page.key.open("referrals", row.id, row.content)
    return Released(
        referral_id=row.id,
        number=page.case.number,
        site=page.case.site,
        kind=ReferralKind(row.kind),
        office=row.office,
        handbook=row.handbook,
        written_at=written_at,
        answer_by=soonest(written_at, clock.duration, page.pack.at(page.case.sites)),
        recommendation=content["recommendation"]
        if {Disclosed.RECOMMENDATION, Disclosed.PROTECTIVE_ORDER} & set(tells)
        else "",
        known=known_of(page) if Disclosed.IDENTIFIERS in tells else {},
        observations=_observations(page) if Disclosed.OBSERVATION in tells else (),
        document=_document(page, content) if Disclosed.PROTECTIVE_ORDER in tells else None,
        contact=reached_at(page) if Disclosed.CONTACT in tells else {},
        secret=secret,
    )


def _document(page: Page, content: Mapping[str, Any]) -> Document | None:
    return attachments.opened(page, content["document"]) if "document" in content else None


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
        for fact in page.key.open("source_queries", row.id, row.content)["facts"]:
            name = re.sub(r"[\W_]+", "", fact["name"]).casefold()
            for kind, called in _CALLED.items():
                if called.fullmatch(name) and fact["value"].strip():
                    reached.setdefault(kind, fact["value"].strip())
    return reached


def _observations(page: Page) -> tuple[str, ...]:
    """What people reported that they saw themselves, without who they are (W-36, W-40)."""
    contents = [
        ReportContent.model_validate(page.key.open("reports", report.id, report.content))
        for report in page.reports()
    ]
    return tuple(
        f"{content.behaviour_of_concern}\n\n{content.specific_threat_or_event}".strip()
        for content in contents
        if content.own_observation
    )
