"""Conflicts of interest: who is kept out of a case as its subject, reporter or target (W-39).

A member is known by identifiers, mailboxes and names (:mod:`states.casebook.standing.marks`). Whoever writes
a subject, a reporter or a target calls :func:`look` in the same transaction. What was found stands until
somebody who chairs in the case lifts it with a reason, also when the report is corrected: a correction is no
way back in.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Connection, literal, select

from states import access
from states.access import KEPT_OUT, SYSTEM, Actor, hidden
from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.casebook.standing.counting_anew import count_anew
from states.casebook.standing.handing_over import hand_over
from states.casebook.standing.marks import MAILBOX, NAMES, blinds
from states.casebook.standing.roster import own_names, roster
from states.casebook.standing.stand_ins import needs_outside, stand_ins
from states.contents.kept import PROTECTIVE_ORDERS, REPORTS, SUBJECTS, TARGETS
from states.contents.payloads import NOTIFY_TEAM, News
from states.contents.reports import SubjectContent
from states.contents.verbatim import ConflictContent
from states.persons.identifiers import mailbox
from states.persons.members import may_name
from states.tables import (
    Case,
    CaseViewer,
    Conflict,
    Member,
    MemberMark,
    ProtectiveOrder,
    Report,
    Subject,
    Target,
    WrappedKey,
    table_of,
)
from states.vault import TEAM_SCOPE
from states.vocabulary.cases import ReportChannel, ReportStanding
from states.vocabulary.effects import Clock
from states.vocabulary.people import ConflictMatch, ConflictRole, ConflictStatus, IdentifierKind

_CONFLICTS = table_of(Conflict)
_MARKS = table_of(MemberMark)
_MEMBERS = table_of(Member)
_VIEWERS = table_of(CaseViewer)
_KEYS = table_of(WrappedKey)

#: how certain each is that it is the same person, most certain first
CERTAINTY = (ConflictMatch.IDENTIFIER, ConflictMatch.MAILBOX, ConflictMatch.NAME)

#: by what a mark of a member was matched
_MATCHES = dict.fromkeys(NAMES, ConflictMatch.NAME) | {MAILBOX: ConflictMatch.MAILBOX}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a case names.

    Args:
        role: what they are in it.
        name: as it was written; empty: not known.
        email: their mailbox; empty: not known.
        identifiers: what else they are known by.
        passed_on_by: id of a member who passed on in the course of duty what somebody else told them.
    """

    role: ConflictRole
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    identifiers: Mapping[IdentifierKind, str] = field(default_factory=dict, repr=False)
    passed_on_by: str = ""


def _subject(content: SubjectContent) -> Iterator[Named]:
    yield Named(ConflictRole.SUBJECT, content.name, identifiers=content.identifiers)
    for name in content.also_known_as:
        yield Named(ConflictRole.SUBJECT, name)
    for more in content.further_identifiers:
        yield Named(ConflictRole.SUBJECT, identifiers={more.kind: more.value})


def _subjects(page: Page) -> Iterator[Named]:
    for row in page.rows(Subject):
        yield from _subject(page.open(SUBJECTS, row))


def _reports(page: Page) -> Iterator[Named]:
    for row in page.rows(Report):
        if row.standing == ReportStanding.MOVED:
            continue
        content = page.open(REPORTS, row)
        yield from _subject(content.subject)
        said = content.reporter
        # Whoever takes down what another one told them is not the reporter, whatever name the form got.
        # Where nobody said, it is taken for theirs: they are rather kept out than let in.
        passed_on = content.own_observation is False or row.channel == ReportChannel.SECURITY_AUTHORITY
        by = row.by if passed_on else ""
        yield Named(ConflictRole.REPORTER, said.name, said.email, passed_on_by=by)
        for name in content.endangered_names:
            yield Named(ConflictRole.TARGET, name)


def _orders(page: Page) -> Iterator[Named]:
    for row in page.rows(ProtectiveOrder):
        content = page.open(PROTECTIVE_ORDERS, row)
        yield Named(ConflictRole.TARGET, content.protects)
        yield Named(ConflictRole.SUBJECT, content.against)


def _targets(page: Page) -> Iterator[Named]:
    for row in page.rows(Target):
        said = page.open(TARGETS, row)
        yield Named(ConflictRole.TARGET, said.name, said.email, said.identifiers)


#: everybody whom a case names; a new kind of record that names somebody adds its line here
PEOPLE: tuple[Callable[[Page], Iterator[Named]], ...] = (_subjects, _reports, _orders, _targets)


def kept_out(connection: Connection, case_id: str) -> frozenset[str]:
    """Ids of the members for whom there is no such case.

    Args:
        connection: an open transaction.
        case_id: the case.
    """
    found = connection.scalar(select(CASES.c.kept_out).where(CASES.c.id == case_id))
    return frozenset(found or ())


def hidden_from(connection: Connection, actor: Actor) -> set[str]:
    """Ids of the cases that are not there for somebody."""
    return set(connection.scalars(hidden(actor)))


def hidden_numbers(connection: Connection, actor: Actor) -> frozenset[str]:
    """Numbers of the cases that are not there for somebody: other cases may name them."""
    return frozenset(connection.scalars(select(CASES.c.number).where(CASES.c.id.in_(hidden(actor)))))


def reaches(page: Page, recipient: str, address: str) -> bool:
    """Whether a message about the case would reach somebody who is kept out of it.

    By their id, or because it is their mailbox: a member may share one with an office. Police are told
    whoever is among them (W-13); a reporter is told how the matter ended, also one of the team (W-27).

    Args:
        page: the case.
        recipient: a member's id, an office's code, ``reporter``, or ``police:`` and a site.
        address: where it would go.
    """
    out = set(page.case.kept_out)
    if not out or recipient.startswith("police:"):
        return False
    if recipient in out:
        return True
    if recipient == "reporter":
        out = concerned(page, ConflictRole.SUBJECT)
    folded = mailbox(address)
    if not folded or not out:
        return False
    _, blind = next(blinds(page.vault, email=folded))
    theirs = select(_MARKS.c.id).where(_MARKS.c.blind == blind, _MARKS.c.member.in_(out)).limit(1)
    return page.connection.scalar(theirs) is not None


def concerned(page: Page, role: ConflictRole) -> set[str]:
    """Ids of the members who are kept out of a case as this."""
    rows = page.rows(Conflict)
    return {row.member for row in rows if row.role == role and row.status != ConflictStatus.LIFTED}


def closed_offices(page: Page) -> frozenset[str]:
    """Codes of the offices that nothing of a case goes to: its subject would read it.

    They are those for whom a subject of the case speaks, and those whose mailbox is that of somebody who is
    kept out.
    """
    if not page.case.kept_out:
        return frozenset()
    subjects = concerned(page, ConflictRole.SUBJECT)
    theirs = {office for m in roster(page.connection) if m.id in subjects for office in m.offices}
    shared = {code for code, office in page.pack.offices.items() if reaches(page, code, office.address)}
    return frozenset(theirs | shared)


def is_closed(book: Casebook, connection: Connection, case_id: str, office: str) -> bool:
    """Whether an office is one of :func:`closed_offices`, of a case that nobody has opened.

    It takes the same work for a case that is not there, and for no office.

    Args:
        book: the casebook.
        connection: an open transaction.
        case_id: the case.
        office: the office's code; anything else, as a member's id, or nothing: none.
    """
    of_subject = (_CONFLICTS.c.role == ConflictRole.SUBJECT) & (_CONFLICTS.c.status != ConflictStatus.LIFTED)
    theirs = (
        select(_MEMBERS.c.offices)
        .join(_CONFLICTS, _CONFLICTS.c.member == _MEMBERS.c.id)
        .where(_CONFLICTS.c.case_id == case_id, of_subject, _MEMBERS.c.active)
    )
    there = book.pack.offices.get(office)
    blind = book.vault.blind("member mailbox", mailbox(there.address if there else ""))
    kept_out = _VIEWERS.c.who == literal(KEPT_OUT) + _MARKS.c.member
    shared = select(_MARKS.c.id).join(_VIEWERS, kept_out).where(_VIEWERS.c.case_id == case_id)
    is_theirs = any(office in offices for offices in connection.scalars(theirs).all())
    is_shared = connection.scalar(shared.where(_MARKS.c.blind == blind).limit(1)) is not None
    return bool(office) and (is_theirs or (there is not None and is_shared))


def look(page: Page) -> None:
    """Keep every member out of a case who is, or may be, somebody in it.

    Call it wherever a subject, a reporter or a target is written or changed, behind the event that says so.

    Args:
        page: the case.
    """
    team = roster(page.connection, at=page.now, held=True)
    found = found_in(page, {member.id for member in team})
    known = {(row.member, row.role): row for row in page.rows(Conflict)}
    fresh = []
    for (member, role), match in found.items():
        row = known.get((member, role))
        if row is None or _surer(match, row):
            fresh.append(_put(page, row, member, role, match))
    if fresh:
        settle(page, team)
        _tell(page, fresh)


def names_any(page: Page, wanted: Collection[str]) -> bool:
    """Whether a case names somebody who is known by one of these blind indexes."""
    named = (each for people in PEOPLE for each in people(page))
    return any(
        blind in wanted
        for each in named
        for _, blind in blinds(page.vault, each.name, each.email, each.identifiers)
    )


def found_in(page: Page, members: Collection[str]) -> dict[tuple[str, ConflictRole], ConflictMatch]:
    """Which members the case may name, each with what they are in it and the surest match."""
    named = [each for people in PEOPLE for each in people(page)]
    wanted: dict[str, list[Named]] = {}
    for each in named:
        for _, blind in blinds(page.vault, each.name, each.email, each.identifiers):
            wanted.setdefault(blind, []).append(each)
    if not wanted:
        return {}
    marks = page.connection.execute(select(_MARKS).where(_MARKS.c.blind.in_(wanted))).all()
    names = _names_of(page, {mark.member for mark in marks if mark.kind in NAMES})
    # The index of names is coarse: what it found is compared, each two names once.
    alike = cache(may_name)
    found: dict[tuple[str, ConflictRole], ConflictMatch] = {}
    for mark in marks:
        match = _MATCHES.get(mark.kind, ConflictMatch.IDENTIFIER)
        for each in wanted[mark.blind]:
            if mark.member not in members or mark.member == each.passed_on_by:
                continue
            before = found.get((mark.member, each.role))
            if before is not None and CERTAINTY.index(before) <= CERTAINTY.index(match):
                continue
            said = (each.name, each.identifiers.get(IdentifierKind.NAME, ""))
            own = names.get(mark.member, ())
            if mark.kind not in NAMES or any(alike(one, other) for one in said for other in own):
                found[mark.member, each.role] = match
    return found


def _names_of(page: Page, members: Collection[str]) -> Mapping[str, Collection[str]]:
    """The names that members go by, by id."""
    if not members:
        return {}
    key = select(_KEYS.c.wrapped).where(_KEYS.c.scope == TEAM_SCOPE)
    wrapped = page.connection.execute(key).scalar_one()
    return own_names(page.vault.unwrap(TEAM_SCOPE, wrapped), page.connection, members)


def _surer(match: ConflictMatch, row: Conflict) -> bool:
    """Whether a match says more than what was decided on: what was lifted is not found again by as little."""
    if row.match not in CERTAINTY:
        return row.status == ConflictStatus.LIFTED and match is not ConflictMatch.NAME
    return CERTAINTY.index(match) < CERTAINTY.index(ConflictMatch(row.match))


def _put(page: Page, row: Conflict | None, member: str, role: ConflictRole, match: ConflictMatch) -> str:
    status = ConflictStatus.HELD if match is ConflictMatch.NAME else ConflictStatus.KEPT_OUT
    if row is not None:
        page.set(Conflict, row.id, match=match, status=status)
        return str(row.id)
    found = Conflict(
        case_id=page.case.id, at=page.now, by=SYSTEM.id, member=member, role=role, match=match, status=status
    )
    return page.add(found, ConflictContent()).id


def settle(page: Page, team: Sequence[Actor]) -> None:
    """Write onto the case who is kept out of it and who acts instead, and hand over what they had to do.

    Args:
        page: the case.
        team: the active members.
    """
    rows = page.rows(Conflict)
    case, before = page.case, set(page.case.kept_out)
    case.kept_out = sorted({row.member for row in rows if row.status != ConflictStatus.LIFTED})
    case.stand_ins = stand_ins(page.pack, team, case.kept_out)
    case.outside = needs_outside(page.pack, team, case.kept_out)
    page.let_see()
    if set(case.kept_out) != before:
        count_anew(page, team)
    heir = next(iter(chairs(case, team)), None)
    for member in set(case.kept_out) - before:
        if heir is not None:
            hand_over(page, member, heir)


def chairs(case: Case, team: Iterable[Actor]) -> list[str]:
    """Ids of those who chair in a case: the chair of the team, or whoever stands in; nobody: none is left."""
    return [member.id for member in team if access.chairs(member, case)]


def _tell(page: Page, fresh: Sequence[str]) -> None:
    """Say to those on the case that somebody is kept out, and to whoever chairs that they are to decide."""
    rows = [row for row in page.rows(Conflict) if row.id in fresh]
    held = [row for row in rows if row.status == ConflictStatus.HELD]
    for row in held:
        page.start(Clock.CONFLICT, about=row.id)
    page.owe(NOTIFY_TEAM, News(trigger="conflict_held" if held else "conflict"))
    # What they are in the case stays sealed from whoever need not know it (W-40).
    page.log("conflict_found", conflicts=[row.id for row in rows], members=sorted({r.member for r in rows}))
