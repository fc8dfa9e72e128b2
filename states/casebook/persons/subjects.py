"""Who a case is about: what people decided, with its history, and what the index holds of it (W-01, W-47).

What a reporter wrote stays on the report. Who the person is, is a decision: the newest holds, and the index
follows it. The case is found by the reports that came in since as well, unless one speaks of somebody else;
by those that came in before it is not, as whoever decided had them in view.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from states.access import Act, Actor, permit
from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.contents.inquiry import RemarkContent
from states.contents.kept import REPORTS, SUBJECTS, TARGETS
from states.contents.plans import TargetContent
from states.contents.reports import ReportContent, SubjectContent
from states.errors import BadInput
from states.persons.identity import Identity, agrees
from states.persons.names import NAME_SLIP
from states.tables import BlindIndex, Remark, Report, Subject, Target, new_id, table_of
from states.vocabulary.people import IdentifierKind, PersonRole

_BLIND = table_of(BlindIndex)

#: by which rules an index is made; a case that was indexed by others is indexed anew
INDEX_VERSION = 3

#: what an entry is of, when it is of the person a case is about
ABOUT_THE_SUBJECT = (PersonRole.SUBJECT, PersonRole.REPORTED)

#: the role that somebody has in a case, and the record of it
Place = tuple[PersonRole, str]


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision on who the person is.

    Args:
        subject_id: the decision's id.
        left_out: what the case was found by before, and is not any more, as people wrote it.
    """

    subject_id: str
    left_out: tuple[str, ...]


def decide(page: Page, subject: SubjectContent, *, because: str = "", restores: str = "") -> Decided:
    """Put on record who the person is, on an open page; the caller writes the event.

    Args:
        page: the case.
        subject: all that is known of the person; what is not in it, the case is not found by any more.
        because: why; needed where it contradicts what was on record.
        restores: id of the earlier decision that this one goes back to.

    Raises:
        BadInput: an unknown site; or it names another person, and does not say why.
    """
    for site in (subject.site, *subject.further_sites):
        page.pack.site(site)
    remark = RemarkContent.read({"text": because})
    before = subjects(page)
    if before and not remark.text and not agrees(Identity.of(before[-1][1]), Identity.of(subject)):
        message = (
            "This says that the person is somebody else than was on record (another name, or another campus "
            "or employee identifier): give the reason. Nothing was written."
        )
        raise BadInput(message)
    found_by = list(in_force(page).values())
    row = page.add(
        Subject(case_id=page.case.id, at=page.now, by=page.by.id, restores=restores or None), subject
    )
    if remark.text:
        page.add(Remark(case_id=page.case.id, at=page.now, by=page.by.id, about=row.id), remark)
    # Which police are alerted, and whose clock counts, goes by the case's sites (W-14, W-57).
    page.case.site = subject.site
    page.case.further_sites = [site for site in dict.fromkeys(subject.further_sites) if site != subject.site]
    page.case.affiliations = list(subject.affiliations)
    if page.case.lead is not None:
        # Whoever leads a site that it turns out to concern is on it from now on; nobody is taken off by that.
        page.case.offices = sorted({*page.case.offices, *page.pack.leading(page.case.sites)})
    follow(page)
    return Decided(row.id, _left_out(found_by, in_force(page).values()))


def _left_out(before: Collection[Identity], after: Collection[Identity]) -> tuple[str, ...]:
    def known(identities: Collection[Identity]) -> dict[str, str]:
        names = {f"name {name}" for each in identities for name in each.names}
        numbers = {
            f"{kind.replace('_', ' ')} {value}" for each in identities for kind, value in each.identifiers
        }
        return {text.casefold(): text for text in sorted(names | numbers)}

    kept = known(after)
    return tuple(text for folded, text in known(before).items() if folded not in kept)


def subjects(page: Page) -> list[tuple[Subject, SubjectContent]]:
    """Every decision on who the person is, oldest first: its row, and what it says."""
    return _opened(page, page.rows(Subject))


def _opened(page: Page, rows: Iterable[Subject]) -> list[tuple[Subject, SubjectContent]]:
    return [(row, page.open(SUBJECTS, row)) for row in rows]


def in_force(
    page: Page, decided_rows: Iterable[Subject] | None = None, reports: Iterable[Report] | None = None
) -> Mapping[Place, Identity]:
    """What the person of a case is found by: the decision that holds, and later reports that agree.

    Args:
        page: the case.
        decided_rows: the decisions, where somebody has read them already.
        reports: the reports that stand, where somebody has read them already.
    """
    decisions = subjects(page) if decided_rows is None else _opened(page, decided_rows)
    if not decisions:
        return {}
    row, content = decisions[-1]
    decided = Identity.of(content)
    since = _since(row, {each.id: each for each, _ in decisions})
    return {(PersonRole.SUBJECT, row.id): decided} | {
        (PersonRole.REPORTED, report.id): said
        for report in (page.reports() if reports is None else reports)
        if report.seq > since and agrees(decided, said := identity_of_report(page, report))
    }


def identity_of_report(page: Page, row: Report) -> Identity:
    """Who a report is about, as whoever reported says."""
    return Identity.of(page.open(REPORTS, row).subject)


def names_somebody_else(page: Page, report_id: str) -> bool:
    """Whether a report of a case speaks of another person than the one decided upon (W-47)."""
    decided = Identity.of(subjects(page)[-1][1])
    return not agrees(decided, identity_of_report(page, page.row(Report, report_id)))


def _since(row: Any, by_id: Mapping[str, Any]) -> int:
    # Whoever goes back to an earlier decision undoes the later one: what came in after the earlier counts.
    while row.restores is not None:
        row = by_id[row.restores]
    found: int = row.seq
    return found


def follow(page: Page) -> None:
    """Let the index follow who the people of a case are; call it after whatever may change that."""
    people = {**in_force(page), **_in_danger(page)}
    decided = {
        entry
        for (role, _), identity in people.items()
        if role is PersonRole.SUBJECT
        for entry in identity.entries()
    }
    wanted = {
        (role.value, about, kind, page.vault.blind(kind, value))
        for (role, about), identity in people.items()
        for kind, value in identity.entries()
        # How a word may be misspelled takes the most room, and once in a case is enough.
        if kind != NAME_SLIP or role is not PersonRole.REPORTED or (kind, value) not in decided
    }
    mine = select(_BLIND).where(_BLIND.c.case_id == page.case.id)
    there = {(row.role, row.about, row.kind, row.blind): row.id for row in page.connection.execute(mine)}
    gone = [row_id for entry, row_id in there.items() if entry not in wanted]
    if gone:
        page.connection.execute(delete(_BLIND).where(_BLIND.c.id.in_(gone)))
    new: list[dict[str, str]] = [
        {"id": new_id(), "case_id": page.case.id, "role": role, "about": about, "kind": kind, "blind": blind}
        for role, about, kind, blind in sorted(wanted - set(there))
    ]
    if new:
        page.connection.execute(insert(_BLIND), new)
    if gone or new:
        kept = [(row_id, *entry) for entry, row_id in there.items() if entry in wanted]
        page.tell_of_index([*kept, *((r["id"], r["role"], r["about"], r["kind"], r["blind"]) for r in new)])
    page.case.index_version = INDEX_VERSION


def _in_danger(page: Page) -> Mapping[Place, Identity]:
    """Those who may be in danger: whoever reports about one of them later is told so (W-53)."""
    confirmed = {
        (PersonRole.TARGET, row.id): Identity.of(in_danger(page.open(TARGETS, row)))
        for row in page.rows(Target)
    }
    reported = {
        (PersonRole.NAMED_IN_DANGER, row.id): Identity.of(named_in_danger(page.open(REPORTS, row)))
        for row in page.reports()
    }
    return confirmed | {place: identity for place, identity in reported.items() if identity.names}


def in_danger(content: TargetContent) -> SubjectContent:
    """Somebody who may be in danger, described as the subject of a report would be."""
    mailbox = {IdentifierKind.EMAIL: content.email} if content.email else {}
    return SubjectContent(
        name=content.name,
        identifiers={**mailbox, **content.identifiers},
        affiliations=content.affiliations,
        site=content.site,
    )


def named_in_danger(content: ReportContent) -> SubjectContent:
    """Those whom a report names as in danger, as the names of one: each may be found by any of them."""
    first, *more = content.endangered_names or ("",)
    return SubjectContent(name=first, also_known_as=tuple(more), site=content.subject.site)


def reindex(book: Casebook, *, by: Actor, limit: int = 200) -> int:
    """Index cases anew that are in the index by older rules, or by none; returns how many of them were.

    Each case is a transaction of its own, so that it can be stopped at any time and goes on where it was. It
    takes the key, which no migration has; whoever brings the schema up to date calls it until it returns 0.

    Args:
        book: the casebook.
        by: who has it done.
        limit: how many cases at most.
    """
    permit(by, Act.OPERATE)
    old = select(CASES.c.id).where(CASES.c.index_version != INDEX_VERSION, CASES.c.erased_at.is_(None))
    with book.store.read() as connection:
        waiting = list(connection.scalars(old.order_by(CASES.c.opened_at, CASES.c.id).limit(limit)))
    for case_id in waiting:
        with book.store.write() as connection:
            page = book.turn_to(connection, case_id, by)
            follow(page)
            page.log("indexed", version=INDEX_VERSION)
            page.finish()
    return len(waiting)


def reindex_all(book: Casebook, *, by: Actor) -> int:
    """Index every case anew that is in the index by older rules; returns how many of them were."""
    total = 0
    while done := reindex(book, by=by):
        total += done
    return total
