"""Membership: what a member's entry says, who may hold which role, and what a change of the roster concerns.

Cases are looked at in the transaction that changes the roster. They are found beforehand, without a lock,
since nobody who writes is to wait until every case was opened; what was written meanwhile is looked at, too.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

from sqlalchemy import Connection, delete, insert, select, update

from states.access import KEPT_OUT, OPENS_CASES, SYSTEM, Act, Actor, permit
from states.casebook.book import CASES, Casebook
from states.casebook.page import Page
from states.casebook.standing.conflicts import look, names_any, settle
from states.casebook.standing.marks import RULES, marks_of
from states.casebook.standing.roster import roster
from states.contents.kept import MEMBERS
from states.contents.team import MemberContent
from states.errors import BadInput, Refused
from states.ledger import chain, coverage
from states.tables import Case, CaseViewer, Member, MemberMark, WrappedKey, loaded, new_id, table_of
from states.vault import TEAM_SCOPE
from states.vocabulary.people import Role

_MEMBERS = table_of(Member)
_MARKS = table_of(MemberMark)
_VIEWERS = table_of(CaseViewer)
_KEYS = table_of(WrappedKey)

#: how often a change of the roster begins again because a report came in between
TRIES = 20


class _AgainError(Exception):
    """Something was written between the search and the lock; what was done is undone, and begun again."""


def check_roles(book: Casebook, roles: Collection[Role], offices: Collection[str]) -> None:
    """See that whoever holds a role is of the office that the policy asks for (W-02, W-43).

    Raises:
        BadInput: they are not, or there is no such office.
    """
    for office in offices:
        book.pack.office(office)
    asked = (
        (Role.CHAIR, book.pack.chair_office, "The chair of the team speaks for", "W-02"),
        (Role.CUSTODIAN, book.pack.custodian_office, "The custodian of records is of", "W-43"),
        (Role.OUTSIDE, book.pack.conflict.outside_office, "Who takes part from outside is of", "W-39"),
    )
    for role, office, sentence, clause in asked:
        if role in roles and office not in offices:
            name = book.pack.office(office).name
            raise BadInput(f"{sentence} {name} ({clause}). Nothing was written: give --office {office}.")
    if Role.ADMINISTRATOR in roles and not OPENS_CASES.isdisjoint(roles):
        raise BadInput(
            "Who lets people in opens no cases, and the other way round: nobody is both (W-39). Nothing was "
            "written: have somebody else let people in, or the chair."
        )
    if Role.EXPERT in roles and (set(roles) != {Role.EXPERT} or offices):
        raise BadInput(
            "An expert from outside holds no other role, and speaks for no office (W-50). Nothing was "
            "written: the chair brings a member of another office onto a case as they are."
        )
    if Role.ONLOOKER in roles:
        raise BadInput(
            "Nobody is enrolled as onlooker: whoever breaks the glass is one. Nothing was written."
        )
    if Role.OUTSIDE in roles and set(roles) != {Role.OUTSIDE}:
        raise BadInput("Who takes part from outside the team holds no role on it. Nothing was written.")


def merged(known: MemberContent, given: MemberContent) -> MemberContent:
    """An entry with what is new in front, from which nothing is dropped: a report may know either."""
    fields = known.model_dump() | {name: value for name, value in given.model_dump().items() if value}
    fields["identifiers"] = known.identifiers | given.identifiers
    mailboxes = (*known.mailboxes, *given.mailboxes, known.address)
    fields["mailboxes"] = tuple(dict.fromkeys(m for m in mailboxes if m != fields["address"]))
    names = (*known.other_names, *given.other_names, known.name)
    fields["other_names"] = tuple(dict.fromkeys(n for n in names if n != fields["name"]))
    return MemberContent.model_validate(fields)


def keep_a_chair(connection: Connection, leaving: str) -> None:
    """Refuse that the last chair who stays gives the chair up (W-02).

    Args:
        connection: an open transaction.
        leaving: id of whoever will not be chair any more.

    Raises:
        Refused: nobody else is, or whoever else is leaves on a day that was put down already.
    """
    without_end = select(_MEMBERS.c.id).where(_MEMBERS.c.active, _MEMBERS.c.ends_at.is_(None))
    stays = set(connection.scalars(without_end))
    others = [member for member in roster(connection) if member.id in stays - {leaving}]
    if not any(Role.CHAIR in member.roles for member in others):
        raise Refused(
            f"{leaving} is the only chair who stays, and a team has one (W-02). Nothing was written: make "
            "somebody else chair first, with `tat team change ID --role chair`."
        )


def given_rightly(
    connection: Connection, member: str, roles: Collection[Role], offices: Collection[str], *, by: Actor
) -> None:
    """Refuse what nobody gives themselves, and that anybody but a chair makes somebody chair (W-02).

    Else one person would be two where the process asks for two: whoever asks for an erasure, and allows it.
    The groups of the institution's sign-in, which the software follows, may give anything.

    Args:
        connection: an open transaction.
        member: the id of whoever gets it.
        roles: those that they did not have.
        offices: those that they did not speak for.
        by: who gives it.

    Raises:
        Refused: they may not.
    """
    if Role.SYSTEM in by.roles:
        return
    makes_chair = Role.CHAIR in roles and Role.CHAIR not in by.roles
    if makes_chair and any(Role.CHAIR in each.roles for each in roster(connection)):
        raise Refused(
            "Only the chair makes somebody chair of the team (W-02). Nothing was written: ask the chair."
        )
    if by.id == member and (roles or offices):
        raise Refused(
            "Nobody gives themselves a role, or an office to speak for. Nothing was written: have somebody "
            "else who runs the team do it."
        )


def write_member(
    book: Casebook,
    connection: Connection,
    member_id: str,
    content: MemberContent,
    *,
    offices: Collection[str],
    roles: Collection[Role],
) -> dict[str, str]:
    """Write a member's entry, and what a report may know them by; gives what the ledger tells of it.

    Of whoever is on the team it stays said when their membership ends, and who has their work then: only
    :mod:`states.casebook.team.ending` says another. Whoever had left comes back without an end.

    Args:
        book: the casebook.
        connection: an open transaction.
        member_id: the member.
        content: what the entry says.
        offices: codes of the offices they speak for.
        roles: what they may do.
    """
    sealed = MEMBERS.seal(book.key(connection, TEAM_SCOPE), member_id, content)
    values = {"offices": sorted(offices), "roles": sorted(roles), "active": True, "content": sealed}
    said = select(_MEMBERS.c.ends_at, _MEMBERS.c.hand_over_to)
    ending = connection.execute(said.where(_MEMBERS.c.id == member_id, _MEMBERS.c.active)).first()
    values |= {"ends_at": None, "hand_over_to": None} if ending is None else ending._asdict()
    changed = connection.execute(update(_MEMBERS).where(_MEMBERS.c.id == member_id).values(**values))
    if changed.rowcount == 0:
        connection.execute(insert(_MEMBERS).values(id=member_id, **values))
    told = mark(book, connection, member_id, content) | coverage.sealed("members", member_id, sealed)
    # Of a new one or of one who was known: neither tells of less.
    covered, values = coverage.of("members"), {"id": member_id, **values}
    return told | covered.added(values) | covered.changed(member_id, {n: values[n] for n in covered.changing})


def mark(book: Casebook, connection: Connection, member_id: str, content: MemberContent) -> dict[str, str]:
    """Make a member findable by what a report may know them by; gives what the ledger tells of it."""
    connection.execute(delete(_MARKS).where(_MARKS.c.member == member_id))
    rows = [
        {"id": new_id(), "member": member_id, "kind": kind, "blind": blind}
        for kind, blind in sorted(marks_of(book.vault, content))
    ]
    connection.execute(insert(_MARKS), rows)
    # Under the team's key: nobody else is to try names at it.
    said = chain.canonical(sorted([row["id"], row["kind"], row["blind"]] for row in rows))
    return {coverage.marks_of(member_id): book.key(connection, TEAM_SCOPE).vouch(said)}


def change_roster(
    book: Casebook,
    blinds: Collection[str],
    change: Callable[[Connection], Mapping[str, str]],
    *,
    by: Actor,
    what: str,
    known: str = "",
    holds_as_before: bool = False,
    **told: object,
) -> None:
    """Change who is on the team, and look at every case that this may concern, in one transaction.

    Args:
        book: the casebook.
        blinds: what those whose entries are written are known by.
        change: writes the change, and gives what the ledger tells of it.
        by: who changes it.
        what: what happened, for the team's own chain.
        known: id of a member who is on the team and stays: every case was looked at for what they are known
            by already; empty: somebody comes on.
        holds_as_before: whether nobody's roles and offices are to change. If they do after all, what depends
            on them is reckoned anew.
        told: codes and ids of it.
    """
    if known:
        told = {"member": known, **told}
    search = _Search(book, settles=not holds_as_before)
    for _ in range(TRIES):
        with book.store.read() as connection:
            wanted = _fresh(connection, blinds, known)
            concerned = search.concerned(connection, wanted)
        with suppress(_AgainError), book.store.write() as connection:
            book.lock_team(connection)
            # Cases before the roster, in the order of whoever writes in one and then looks at it.
            pages = [book.turn_to(connection, case_id, by) for case_id in concerned]
            connection.execute(select(_MEMBERS.c.id).order_by(_MEMBERS.c.id).with_for_update())
            # From now on no case can come to name anybody; did one since the search?
            if not _fresh(connection, blinds, known) <= wanted or search.is_behind(connection):
                raise _AgainError
            now = book.clock()
            before = roster(connection, at=now)
            digests = change(connection)
            team = roster(connection, at=now)
            if team != before and not search.settles:
                search.settles = True
                raise _AgainError
            chain.append_of_team(connection, digests, at=now, actor=by, what=what, **told)
            for page in pages:
                if page.case.kept_out:
                    settle(page, team)
                look(page)
                page.finish()
            return
    raise Refused("Reports kept coming in while the roster was changed. Nothing was written: try again.")


def _fresh(connection: Connection, blinds: Collection[str], known: str) -> set[str]:
    """Of what a member is to be known by, what they are not known by yet: for the rest no case is opened."""
    if not known:
        return set(blinds)
    return set(blinds) - set(connection.scalars(select(_MARKS.c.blind).where(_MARKS.c.member == known)))


class _Search:
    """The cases that a change of the roster concerns; each is opened once, however often it begins again.

    Args:
        book: the casebook.
        settles: whether cases that somebody is kept out of are concerned, whomever they name: who acts
            instead hangs on who is on the team, and holds what.
    """

    def __init__(self, book: Casebook, *, settles: bool) -> None:
        self.settles = settles
        self._book = book
        self._wanted: set[str] = set()
        #: of each case that was opened: its newest event by then
        self._seen: dict[str, int] = {}
        self._names: set[str] = set()
        self._concerned: set[str] = set()

    def concerned(self, connection: Connection, wanted: set[str]) -> list[str]:
        """Ids of the cases that name somebody known by one of these, or that are to be settled, in order."""
        if not wanted <= self._wanted:
            self._seen.clear()
        self._wanted = wanted
        if wanted:
            self._open(connection)
        settled = _kept_out_of(connection) if self.settles else set[str]()
        self._concerned = settled | (self._names if wanted else set())
        return sorted(self._concerned)

    def is_behind(self, connection: Connection) -> bool:
        """Whether a case that is not locked may be concerned since."""
        if self.settles and not _kept_out_of(connection) <= self._concerned:
            return True
        newest = _newest(connection) if self._wanted else {}
        return any(seq != self._seen.get(id_) for id_, seq in newest.items() if id_ not in self._concerned)

    def _open(self, connection: Connection) -> None:
        """Open what was written in since it was opened, and see whom it names."""
        book = self._book
        newest = _newest(connection)
        since = {id_ for id_, seq in newest.items() if seq != self._seen.get(id_)}
        self._names &= newest.keys()
        open_ = select(CASES, _KEYS.c.wrapped).join(_KEYS, _KEYS.c.scope == CASES.c.id)
        if self._seen:
            open_ = open_.where(CASES.c.id.in_(since))
        for row in connection.execute(open_.where(CASES.c.erased_at.is_(None))).all():
            fields = row._asdict()
            key = book.vault.unwrap(row.id, fields.pop("wrapped"))
            case = loaded(Case, fields)
            page = Page(
                connection, case, key=key, by=SYSTEM, now=book.clock(), pack=book.pack, vault=book.vault
            )
            self._seen[row.id] = row.seq
            (self._names.add if names_any(page, self._wanted) else self._names.discard)(row.id)


def _newest(connection: Connection) -> dict[str, int]:
    """Each case's newest event, but of those that were erased."""
    rows = connection.execute(select(CASES.c.id, CASES.c.seq).where(CASES.c.erased_at.is_(None)))
    return {row.id: row.seq for row in rows}


def _kept_out_of(connection: Connection) -> set[str]:
    """Ids of the cases that somebody is kept out of, but of those that were erased."""
    out = select(_VIEWERS.c.case_id).where(_VIEWERS.c.who.startswith(KEPT_OUT)).distinct()
    there = select(CASES.c.id).where(CASES.c.id.in_(out), CASES.c.erased_at.is_(None))
    return set(connection.scalars(there))


def mark_members(book: Casebook, *, by: Actor) -> int:
    """Mark the members whom an older release did not, or by older rules; returns how many there were.

    Every case that may name one of them is looked at.

    The key that their entries are sealed with is no migration's to have, so that whoever brings the schema up
    to date calls this afterwards.
    """
    permit(by, Act.RUN)
    with book.store.read() as connection:
        kind, rules = RULES
        marked = select(_MARKS.c.member).where(_MARKS.c.kind == kind, _MARKS.c.blind == rules)
        unmarked = select(_MEMBERS).where(_MEMBERS.c.id.not_in(marked))
        rows = connection.execute(unmarked).all()
        key = book.key(connection, TEAM_SCOPE) if rows else None
    if key is None:
        return 0
    contents = {r.id: MEMBERS.open(key, r) for r in rows}
    blinds = {blind for content in contents.values() for _, blind in marks_of(book.vault, content)}

    def write(connection: Connection) -> dict[str, str]:
        digests: dict[str, str] = {}
        for member_id, content in contents.items():
            digests |= mark(book, connection, member_id, content)
        return digests

    change_roster(book, blinds, write, by=SYSTEM, what="members_marked", members=sorted(contents))
    return len(contents)
