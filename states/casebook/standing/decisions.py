"""What people say of conflicts of interest: they recuse themselves, and whoever chairs decides (W-39)."""

from collections.abc import Sequence
from dataclasses import dataclass

from states.access import MAY, Act, Actor, roles_on
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.standing.conflicts import settle
from states.casebook.standing.roster import one_person, roster
from states.contents.inquiry import RemarkContent, reason
from states.contents.kept import CONFLICTS
from states.contents.payloads import NOTIFY_TEAM, News
from states.contents.verbatim import ConflictContent, SaidOfConflict
from states.errors import BadInput, Refused
from states.tables import Conflict
from states.vocabulary.effects import Clock
from states.vocabulary.people import ConflictMatch, ConflictRole, ConflictStatus


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One member who is or was kept out of a case.

    Args:
        member: their id.
        status: whether they are kept out, or held back until somebody decides.
        role: what they are in the case; None: whoever asks need not know.
        match: what it was found by; None: whoever asks need not know.
        said: reasons given, oldest first, each with when and by whom; none: whoever asks need not know.
        decided_by: who decided on it last; None: nobody yet.
    """

    member: str
    status: ConflictStatus
    role: ConflictRole | None
    match: ConflictMatch | None
    said: tuple[SaidOfConflict, ...]
    decided_by: str | None


def recuse(book: Casebook, number: str, *, by: Actor, because: str) -> None:
    """Keep oneself out of a case; from then on there is no such case for them.

    Raises:
        BadInput: no reason is given.
    """
    content = reason(because, "a recusal")
    with book.page(number, by, Act.READ) as page:
        rows = [_declared(page, each) for each in sorted(one_person(page.connection, by.id))]
        for row in rows:
            _decided(page, row, ConflictStatus.KEPT_OUT, content)
        _settled(page, "recused", [row.id for row in rows], by.id)


def decide(book: Casebook, number: str, member: str, *, by: Actor, keep_out: bool, because: str) -> list[str]:
    """Decide, as whoever chairs in the case, whether a member is kept out of it; returns who now is.

    A member of whom nothing was found may be kept out, too.

    Args:
        book: the casebook.
        number: the case's number.
        member: the member's id.
        by: who decides; nobody decides on themselves.
        keep_out: whether they stay, or are from now on, kept out.
        because: why; kept, sealed, for whoever chairs.

    Raises:
        NotPermitted: the person does not chair in this case.
        BadInput: no reason is given, or there is no such member.
        Refused: they are not kept out, so that nothing can be lifted.
    """
    content = reason(because, "a decision on a conflict of interest")
    with book.page(number, by, Act.DECIDE_CONFLICT) as page:
        if member not in {person.id for person in roster(page.connection)}:
            raise BadInput("There is no active member under that id. Nothing was written.")
        if member in one_person(page.connection, by.id):
            raise BadInput(
                "Nobody decides on themselves, under no id: recuse yourself instead. Nothing was written."
            )
        theirs = sorted(one_person(page.connection, member))
        rows = [row for each in theirs for row in _open(page, each)]
        if not rows and not keep_out:
            raise Refused(f"{member} is not kept out of {number}. Nothing was written.")
        if keep_out:
            rows += [_declared(page, each) for each in theirs if not _open(page, each)]
        for row in rows:
            _decided(page, row, ConflictStatus.KEPT_OUT if keep_out else ConflictStatus.LIFTED, content)
            page.stop(Clock.CONFLICT, about=row.id)
        _settled(page, "kept_out" if keep_out else "let_back_in", [row.id for row in rows], member)
        return list(page.case.kept_out)


def conflicts(book: Casebook, number: str, *, by: Actor) -> list[ConflictLine]:
    """List who is or was kept out of a case; what they are in it is told to whoever chairs (W-40).

    Leaves a ``read`` event.
    """
    with book.page(number, by, Act.READ) as page:
        page.log("read", of="conflicts of interest")
        return [_line(page, row, knows=knows_why(page)) for row in page.rows(Conflict)]


def knows_why(page: Page) -> bool:
    """Whether whoever opened the page is told why somebody is kept out: it may tell who reported (W-40)."""
    return not roles_on(page.by, page.case).isdisjoint(MAY[Act.KNOW_CONFLICTS])


def _line(page: Page, row: Conflict, *, knows: bool) -> ConflictLine:
    said = page.open(CONFLICTS, row).said
    return ConflictLine(
        member=row.member,
        status=ConflictStatus(row.status),
        role=ConflictRole(row.role) if knows else None,
        match=ConflictMatch(row.match) if knows else None,
        said=tuple(said) if knows else (),
        decided_by=row.decided_by,
    )


def _open(page: Page, member: str) -> list[Conflict]:
    rows = page.rows(Conflict)
    return [row for row in rows if row.member == member and row.status != ConflictStatus.LIFTED]


def _declared(page: Page, member: str) -> Conflict:
    """The record that somebody said so of a member; written when there is none."""
    mine: list[Conflict] = [
        r for r in page.rows(Conflict) if r.member == member and r.match == ConflictMatch.DECLARED
    ]
    if mine:
        return mine[0]
    row = Conflict(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        member=member,
        role=ConflictRole.DECLARED,
        match=ConflictMatch.DECLARED,
        status=ConflictStatus.KEPT_OUT,
    )
    page.add(row, ConflictContent())
    written: Conflict = page.row(Conflict, row.id)
    return written


def _decided(page: Page, row: Conflict, status: ConflictStatus, because: RemarkContent) -> None:
    kept = page.open(CONFLICTS, row)
    said = SaidOfConflict(at=page.now.isoformat(), by=page.by.id, text=because.text, status=status)
    page.set(
        Conflict,
        row.id,
        status=status,
        decided_by=page.by.id,
        decided_at=page.now,
        content=page.seal("conflicts", row.id, ConflictContent(said=(*kept.said, said))),
    )


def _settled(page: Page, what: str, conflicts: Sequence[str], member: str) -> None:
    page.owe(NOTIFY_TEAM, News(trigger="conflict"))
    page.log(what, member=member, conflicts=list(conflicts))
    settle(page, roster(page.connection, at=page.now, held=True))
