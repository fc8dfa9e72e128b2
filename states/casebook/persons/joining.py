"""Cases that may be about one person: suggested with what speaks for it, decided by people (W-47).

There is one row for two cases, whichever of them it was suggested from. What is decided does not contradict
itself: whoever is said to be one person is that in each pair, and a pair that was told apart stays so until
an identifier turns up that nobody had seen.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, case, or_, select

from states.access import SYSTEM, Actor, is_there
from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.casebook.persons.candidates import Found, likely
from states.casebook.persons.searching import MOST_TOLD, readable
from states.casebook.persons.subjects import ABOUT_THE_SUBJECT, in_force
from states.casebook.persons.two_cases import two_pages
from states.casebook.standing.conflicts import hidden_from
from states.contents.inquiry import RemarkContent, reason
from states.errors import Refused
from states.persons.identifiers import PERSONAL
from states.tables import BlindIndex, CaseLink, Remark, table_of
from states.vocabulary.people import LinkStatus, MatchReason

LINKS = table_of(CaseLink)
_BLIND = table_of(BlindIndex)


def pair_of(one: str, other: str) -> str:
    """What the row of two cases is found by, whichever comes first."""
    return ":".join(sorted((one, other)))


def of_case(connection: Connection, case_id: str, *, by: Actor) -> list[Any]:
    """Every link of a case, with the other case's id and number as ``other`` and ``other_number``.

    Args:
        connection: an open transaction.
        case_id: the case.
        by: who looks; a case that they are kept out of is linked to none for them (W-39).
    """
    other_id = case((LINKS.c.case_id == case_id, LINKS.c.other_id), else_=LINKS.c.case_id)
    mine = (
        select(LINKS, CASES.c.id.label("other"), CASES.c.number.label("other_number"))
        .join(CASES, CASES.c.id == other_id)
        .where(or_(LINKS.c.case_id == case_id, LINKS.c.other_id == case_id), is_there(by, CASES.c.id))
    )
    links = [dict(row) for row in connection.execute(mine).mappings()]
    for link in links:
        link |= {"case_id": case_id, "other_id": link.pop("other")}
    return sorted(links, key=lambda link: (-link["score"], link["other_number"]))


def one_person_with(connection: Connection, case_id: str, *, but_for: str = "") -> frozenset[str]:
    """The cases that people said are about one person with this one, itself included, however far apart.

    Args:
        connection: an open transaction.
        case_id: the case.
        but_for: a pair whose own row does not count.
    """
    found: set[str] = set()
    ahead = {case_id}
    while ahead:
        found |= ahead
        rows = connection.execute(
            select(LINKS.c.case_id, LINKS.c.other_id)
            .where(LINKS.c.status == LinkStatus.CONFIRMED, LINKS.c.pair != but_for)
            .where(or_(LINKS.c.case_id.in_(ahead), LINKS.c.other_id.in_(ahead)))
        )
        ahead = {each for row in rows for each in row} - found
    return frozenset(found)


def _told_apart(connection: Connection, ones: frozenset[str], *, but_for: str = "") -> dict[str, Any]:
    """The rows by which cases were told apart from these, by the other case's id."""
    rows = connection.execute(
        select(LINKS)
        .where(LINKS.c.status == LinkStatus.REJECTED, LINKS.c.pair != but_for)
        .where(or_(LINKS.c.case_id.in_(ones), LINKS.c.other_id.in_(ones)))
    )
    return {row.other_id if row.case_id in ones else row.case_id: row for row in rows}


def suggest(page: Page) -> tuple[str, ...]:
    """Suggest the cases that may be about a case's person; call it before ``log``.

    Nothing is joined by it. What people decided before is asked again only for an identifier that they had
    not seen (W-47).

    Returns:
        Numbers of the cases that may be about the same person, undecided, the likeliest first.
    """
    connection = page.connection
    near = likely(page.vault, connection, list(in_force(page).values()), apart_from=page.case.id)
    known = {link["other_id"]: link for link in of_case(connection, page.case.id, by=SYSTEM)}
    same = one_person_with(connection, page.case.id)
    apart: dict[str, Any] = {}
    for other, row in _told_apart(connection, same).items():
        apart |= dict.fromkeys(one_person_with(connection, other), row)
    told: list[str] = []
    hidden = hidden_from(connection, page.by)
    for found in near:
        link = known.get(found.case_id)
        seen = link["seen"] if link else getattr(apart.get(found.case_id), "seen", [])
        decided = (
            found.case_id in same
            or found.case_id in apart
            or (link is not None and link["status"] == LinkStatus.WITHDRAWN)
        )
        if found.case_id in same or (decided and found.shared <= set(seen)):
            continue
        _put_forward(page, found, link)
        if found.case_id not in hidden:
            told.append(found.number)
        if len(told) == MOST_TOLD:
            break
    return tuple(told)


def _put_forward(page: Page, found: Found, link: Mapping[str, Any] | None) -> None:
    status, score = LinkStatus.CANDIDATE, round(100 * found.score)
    reasons: list[str] = [*found.reasons]
    if link is not None:
        mine = select(LINKS).where(LINKS.c.id == link["id"])
        there = page.connection.execute(mine.with_for_update()).mappings().one()
        page.set_shared(CaseLink, there, status=status, reasons=reasons, score=score)
        return
    row = CaseLink(
        case_id=page.case.id,
        at=page.now,
        by=page.by.id,
        other_id=found.case_id,
        pair=pair_of(page.case.id, found.case_id),
        status=status,
        reasons=reasons,
        score=score,
    )
    page.add(row)


def confirm_link(
    book: Casebook, number: str, other: str, *, by: Actor, same_person: bool, because: str = ""
) -> None:
    """Say whether two cases are about one person, suggested or not (W-47); it goes on both cases' record.

    Args:
        book: the casebook.
        number: one case.
        other: the other case.
        by: who says so; they have to be on both.
        same_person: whether they are.
        because: why; needed where it was not suggested, or somebody decided otherwise.

    Raises:
        BadInput: a reason is needed, or both are one case.
        Refused: it contradicts what was decided of other cases.
        UnknownRecord: there is no such case.
    """
    status = LinkStatus.CONFIRMED if same_person else LinkStatus.REJECTED

    def allowed(connection: Connection, ids: Sequence[str], link: Any) -> None:
        if link is None or link.status != LinkStatus.CANDIDATE:
            reason(because, "what was not suggested, or was decided before,")
        _refuse_contradiction(connection, by, ids, same_person=same_person)

    _decide(book, (number, other), status, allowed, by=by, because=because)


def unlink(book: Casebook, number: str, other: str, *, by: Actor, because: str) -> None:
    """Take back what was decided of two cases; that it was, and why it no longer is, stays on record (W-47).

    Raises:
        BadInput: no reason is given. Refused: nothing was decided.
    """
    reason(because, "taking a decision back")

    def allowed(_connection: Connection, _ids: Sequence[str], link: Any) -> None:
        if link is None or link.status not in (LinkStatus.CONFIRMED, LinkStatus.REJECTED):
            message = f"Nothing was decided of {number} and {other}; nothing was written."
            raise Refused(message)

    _decide(book, (number, other), LinkStatus.WITHDRAWN, allowed, by=by, because=because)


def _decide(
    book: Casebook,
    numbers: tuple[str, str],
    status: LinkStatus,
    allowed: Callable[[Connection, Sequence[str], Any], None],
    *,
    by: Actor,
    because: str,
) -> None:
    remark = RemarkContent.read({"text": because})
    with book.store.write() as connection:
        pages = two_pages(book, connection, *numbers, by)
        ids = [page.case.id for page in pages]
        link = connection.execute(select(LINKS).where(LINKS.c.pair == pair_of(*ids))).first()
        allowed(connection, ids, link)
        link_id = _write(pages, link, status)
        for page, other in zip(pages, reversed(numbers), strict=True):
            if remark.text:
                page.add(Remark(case_id=page.case.id, at=page.now, by=by.id, about=link_id), remark)
            page.log("link_decided", other=other, status=status)
            page.finish()


def _write(pages: Sequence[Page], link: Any, status: LinkStatus) -> str:
    one, other = pages
    seen = _shared(one.connection, one.case.id, other.case.id)
    if link is not None:
        one.set_shared(CaseLink, link._mapping, status=status, seen=seen)  # noqa: SLF001 - SQLAlchemy's public name
        return str(link.id)
    row = CaseLink(
        case_id=one.case.id,
        at=one.now,
        by=one.by.id,
        other_id=other.case.id,
        pair=pair_of(one.case.id, other.case.id),
        status=status,
        reasons=[MatchReason.BY_HAND],
        seen=seen,
    )
    return one.add(row).id


def _shared(connection: Connection, one: str, other: str) -> list[str]:
    """The identifiers that the people of two cases share, as blind indexes."""

    def of(case_id: str) -> set[str]:
        mine = select(_BLIND.c.blind).where(_BLIND.c.case_id == case_id, _BLIND.c.kind.in_(PERSONAL))
        return set(connection.scalars(mine.where(_BLIND.c.role.in_(ABOUT_THE_SUBJECT))))

    return sorted(of(one) & of(other))


def _refuse_contradiction(
    connection: Connection, by: Actor, ids: Sequence[str], *, same_person: bool
) -> None:
    pair = pair_of(*ids)
    mine, theirs = (one_person_with(connection, each, but_for=pair) for each in ids)
    if not same_person and mine & theirs:
        between = (mine & theirs) - set(ids)
        told = _numbers(connection, by, between)
        message = (
            f"Both are said to be about the same person as {told}, so they cannot be about different ones. "
            "Nothing was written: take one of those back first, with `tat case unlink`."
        )
        raise Refused(message)
    apart = set(_told_apart(connection, mine, but_for=pair)) & theirs if same_person else set()
    if apart:
        told = _numbers(connection, by, apart)
        message = (
            f"{told} is said to be about somebody else than the first case, or than one about its person. "
            "Nothing was written: take that back first, with `tat case unlink`."
        )
        raise Refused(message)


def _numbers(connection: Connection, by: Actor, case_ids: set[str] | frozenset[str]) -> str:
    """Cases by number, as far as whoever asks may know them."""
    shown = readable(connection, by, case_ids)
    rows = connection.execute(select(CASES.c.number).where(CASES.c.id.in_(shown)).order_by(CASES.c.number))
    return ", ".join(rows.scalars()) or "a case that you may not see (the chair may)"
