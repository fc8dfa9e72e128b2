"""Searching: whom the casebook knows that may be somebody, ranked, with what speaks for it (W-47).

The blind index finds candidates without anything being read. Their records are opened then, and compared by
:mod:`states.persons`: what an index holds is too coarse to bother people with.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from states.access import Act, Actor, permit, seen
from states.casebook.book import CASES, Casebook
from states.casebook.persons.subjects import ABOUT_THE_SUBJECT, in_danger
from states.contents.kept import REPORTS, SUBJECTS, TARGETS
from states.contents.reports import SubjectContent
from states.errors import BadInput
from states.persons.identifiers import PERSONAL
from states.persons.identity import Identity, match, worth_a_look
from states.persons.names import NAME, NAME_PAIR
from states.tables import BlindIndex, Report, Subject, Target, WrappedKey, table_of
from states.vault import DataKey, Vault
from states.vocabulary.people import MatchReason, PersonRole

_BLIND = table_of(BlindIndex)
_KEYS = table_of(WrappedKey)

#: records that are opened at most, those with most in common first
MOST_OPENED = 60

#: cases that are told at most
MOST_TOLD = 10

#: where a person's record lies, by what they are to the case, and what its content says of them
LIES_IN: dict[PersonRole, tuple[type[Any], Callable[[DataKey, Any], SubjectContent]]] = {
    PersonRole.SUBJECT: (Subject, SUBJECTS.open),
    PersonRole.TARGET: (Target, lambda key, row: in_danger(TARGETS.open(key, row))),
    PersonRole.REPORTED: (Report, lambda key, row: REPORTS.open(key, row).subject),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A case in which somebody is who may be the one looked for.

    Args:
        case_id: the case.
        number: its number.
        role: what the person is to it.
        about: id of the record that says so.
        score: how much speaks for it, 0 to 1.
        reasons: what does, most telling first.
        shared: blind indexes of the identifiers that both have.
    """

    case_id: str
    number: str
    role: PersonRole
    about: str
    score: float
    reasons: tuple[MatchReason, ...]
    shared: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """What somebody who searches is shown of a case.

    Args:
        number: the case's number.
        state: where it stands.
        role: what the person is to it.
        name: the person's name, as on record there.
        sites: codes of the sites where they are known.
        score: how much speaks for it, 0 to 1.
        reasons: what does, most telling first.
    """

    number: str
    state: str
    role: PersonRole
    name: str
    sites: tuple[str, ...]
    score: float
    reasons: tuple[MatchReason, ...]


def search(book: Casebook, wanted: SubjectContent, *, by: Actor, limit: int = MOST_TOLD) -> list[Hit]:
    """Find who may be the person looked for, in the cases that whoever asks may read, likeliest first (W-47).

    Leaves a ``read`` event in each case that is shown (P-08).

    Args:
        book: the casebook.
        wanted: what is known of the person: at least a name or an identifier.
        by: who asks.
        limit: how many at most.

    Raises:
        BadInput: nothing is given that somebody could be found by.
        NotPermitted: this role reads no cases.
    """
    permit(by, Act.READ)
    identity = Identity.of(wanted)
    if not identity.entries():
        raise BadInput("Give a name or an identifier to search by: nothing else finds anybody.")
    with book.store.read() as connection:
        near = likely(book.vault, connection, [identity], roles=tuple(PersonRole), coarse=True)
        allowed = readable(connection, by, [each.case_id for each in near])
    hits = []
    for found in [each for each in near if each.case_id in allowed][:limit]:
        with book.page(found.number, by, Act.READ) as page:
            model, described = LIES_IN[found.role]
            hits.append(
                Hit(
                    found.number,
                    page.case.state,
                    found.role,
                    described(page.key, page.row(model, found.about)).name,
                    page.case.sites,
                    found.score,
                    found.reasons,
                )
            )
            page.log("read", of="search")
    return hits


def readable(connection: Connection, by: Actor, case_ids: Collection[str]) -> frozenset[str]:
    """Those of the cases that somebody may read."""
    allowed = select(CASES.c.id).where(CASES.c.id.in_(case_ids), seen(by, Act.READ, CASES.c.id))
    return frozenset(connection.scalars(allowed))


def may_open(book: Casebook, numbers: Collection[str], *, by: Actor) -> tuple[str, ...]:
    """Those of the cases that somebody may read, by number, in the order given."""
    with book.store.read() as connection:
        allowed = select(CASES.c.number).where(CASES.c.number.in_(numbers), seen(by, Act.READ, CASES.c.id))
        shown = set(connection.scalars(allowed))
    return tuple(number for number in numbers if number in shown)


def likely(
    vault: Vault,
    connection: Connection,
    wanted: Collection[Identity],
    *,
    roles: Collection[PersonRole] = ABOUT_THE_SUBJECT,
    apart_from: str = "",
    coarse: bool = False,
) -> list[Found]:
    """The cases in which somebody is who may be the one described, the likeliest first, one entry a case.

    Nobody is shown anything by it: whoever does, asks who may see each case.

    Args:
        vault: what blind indexes are reckoned with.
        connection: an open transaction.
        wanted: what is known of the person, from one record each.
        roles: what the person may be to the case.
        apart_from: id of the case that is left out.
        coarse: whether one name that sounds like it is enough to be looked at, as when a person searches.
    """
    rows = _entries(vault, connection, wanted, roles, apart_from, coarse=coarse)
    shared: dict[tuple[str, PersonRole, str], set[str]] = defaultdict(set)
    weight: dict[tuple[str, PersonRole, str], int] = defaultdict(int)
    numbers = {}
    for row in rows:
        place = (row.case_id, PersonRole(row.role), row.about)
        numbers[row.case_id] = row.number
        certain = row.kind in PERSONAL
        weight[place] += MOST_OPENED if certain else 1
        shared[place] |= {row.blind} if certain else set()
    nearest = sorted(weight, key=lambda place: (-weight[place], numbers[place[0]], place))[:MOST_OPENED]
    best: dict[str, Found] = {}
    for (case_id, role, about), identity in _opened(vault, connection, nearest):
        for each in wanted:
            matched = match(each, identity)
            if matched is None or not (coarse or worth_a_look(matched)):
                continue
            reasons = tuple(reason for reason in MatchReason if reason in matched.reasons)
            found = Found(
                case_id,
                numbers[case_id],
                role,
                about,
                matched.score,
                reasons,
                frozenset(shared[case_id, role, about]),
            )
            other = best.get(case_id)
            if other is None:
                best[case_id] = found
            else:
                better = max(other, found, key=lambda one: one.score)
                best[case_id] = replace(better, shared=other.shared | found.shared)
    return sorted(best.values(), key=lambda found: (-found.score, found.number))


def _entries(
    vault: Vault,
    connection: Connection,
    wanted: Collection[Identity],
    roles: Collection[PersonRole],
    apart_from: str,
    *,
    coarse: bool,
) -> list[Any]:
    # The sound of one word alone fits too many people to be looked at unasked.
    asked = {
        (kind, value)
        for identity in wanted
        for kind, value in identity.entries()
        if coarse or kind in (*PERSONAL, NAME, NAME_PAIR)
    }
    blinds = {vault.blind(kind, value) for kind, value in asked}
    query = (
        select(_BLIND.c.case_id, _BLIND.c.role, _BLIND.c.about, _BLIND.c.kind, _BLIND.c.blind, CASES.c.number)
        .join(CASES, CASES.c.id == _BLIND.c.case_id)
        .where(_BLIND.c.blind.in_(blinds), _BLIND.c.role.in_(roles), _BLIND.c.about != "")
        .where(CASES.c.id != apart_from, CASES.c.erased_at.is_(None))
    )
    return list(connection.execute(query))


def _opened(
    vault: Vault, connection: Connection, places: Collection[tuple[str, PersonRole, str]]
) -> Iterable[tuple[tuple[str, PersonRole, str], Identity]]:
    """The identities that records give, opened."""
    cases = {case_id for case_id, _, _ in places}
    wrapped = select(_KEYS.c.scope, _KEYS.c.wrapped).where(
        _KEYS.c.scope.in_(cases), _KEYS.c.wrapped.is_not(None)
    )
    keys = {row.scope: vault.unwrap(row.scope, row.wrapped) for row in connection.execute(wrapped)}
    for role, (model, described) in LIES_IN.items():
        table = table_of(model)
        mine = {place[2]: place for place in places if place[1] is role}
        rows = connection.execute(
            select(table.c.id, table.c.case_id, table.c.content).where(table.c.id.in_(mine))
        )
        for row in rows:
            if row.case_id in keys:
                yield mine[row.id], Identity.of(described(keys[row.case_id], row))
