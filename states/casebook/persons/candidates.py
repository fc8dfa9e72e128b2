"""Candidates: the cases in which somebody may be the one described, found by the index and compared (W-47).

The blind index finds them without anything being read. Their records are opened then, and compared by
:mod:`states.persons`: what an index holds is too coarse to bother people with.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select, union_all

from states.casebook.book import CASES
from states.casebook.persons.subjects import ABOUT_THE_SUBJECT, in_danger, named_in_danger
from states.contents.kept import REPORTS, SUBJECTS, TARGETS
from states.contents.reports import SubjectContent
from states.persons.identifiers import PERSONAL
from states.persons.identity import Identity, match, worth_a_look
from states.persons.names import NAME, NAME_PAIR, NAME_SLIP, NAME_SOUND
from states.tables import BlindIndex, Report, Subject, Target, WrappedKey, table_of
from states.vault import DataKey, Vault
from states.vocabulary.people import MatchReason, PersonRole

_BLIND = table_of(BlindIndex)
_KEYS = table_of(WrappedKey)

#: records that are opened at most, those with most in common first
MOST_OPENED = 60

#: what each kind of entry that two people share counts, against one that tells nothing but how a word sounds
_WEIGHT: dict[str, int] = {**dict.fromkeys(PERSONAL, MOST_OPENED), NAME: 4, NAME_PAIR: 2}

#: entries from which on what is looked for is common: so many people share it that it tells little of anybody
COMMON = 1000

#: the kinds that find somebody unasked: how one word sounds fits too many people, and so does a place
_TELLING = (*PERSONAL, NAME, NAME_PAIR, NAME_SLIP)

#: the kinds that tell of one word alone: looked at where what tells more finds fewer than are looked at
_OF_A_WORD = (NAME_SLIP, NAME_SOUND)

#: entries that are counted in one statement: SQLite takes no more than 500 of its parts
COUNTED = 400

#: a person's place in the index: the case, what they are to it, and the record that says so
Place = tuple[str, PersonRole, str]

#: where a person's record lies, by what they are to the case, and what its content says of them
LIES_IN: dict[PersonRole, tuple[type[Any], Callable[[DataKey, Any], SubjectContent]]] = {
    PersonRole.SUBJECT: (Subject, SUBJECTS.open),
    PersonRole.TARGET: (Target, lambda key, row: in_danger(TARGETS.open(key, row))),
    PersonRole.NAMED_IN_DANGER: (Report, lambda key, row: named_in_danger(REPORTS.open(key, row))),
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


def likely(
    vault: Vault,
    connection: Connection,
    wanted: Collection[Identity],
    *,
    roles: Collection[PersonRole] = ABOUT_THE_SUBJECT,
    apart_from: str = "",
    coarse: bool = False,
    among: Collection[ColumnElement[bool]] = (),
) -> list[Found]:
    """The cases in which somebody is who may be the one described, the likeliest first, one entry a case.

    Nobody is shown anything by it: whoever does, asks who may see each case.

    Args:
        vault: what blind indexes are reckoned with.
        connection: an open transaction.
        wanted: what is known of the person, from one record each.
        roles: what the person may be to the case.
        apart_from: id of the case that is left out.
        coarse: whether one name that sounds like it, or a place, is enough to be looked at, as when a person
            searches.
        among: what the cases have in common, such as that somebody may see them.
    """
    entries = {entry for identity in wanted for entry in identity.entries()}
    blinds = {vault.blind(*entry): entry[0] for entry in entries if coarse or entry[0] in _TELLING}
    which = (*among, CASES.c.id != apart_from)
    certain = {blind for blind, kind in blinds.items() if kind in PERSONAL}
    common = _common(connection, blinds.keys() - certain)
    words = {each: {blind for blind, kind in blinds.items() if kind == each} for each in _OF_A_WORD}
    # What tells little is looked at only where what tells more finds fewer than are looked at.
    nearest = _nearest(connection, blinds.keys() - common.union(*words.values()), roles, which)
    for more in (*(each - common for each in words.values()), common):
        if more and len(nearest) < MOST_OPENED:
            nearest |= (_newest if more is common else _nearest)(connection, more, roles, which)
    places = list(nearest)[:MOST_OPENED]
    shared = _shared(connection, places, certain)
    best: dict[str, Found] = {}
    for (case_id, role, about), identity in _opened(vault, connection, places):
        for each in wanted:
            matched = match(each, identity)
            if matched is None or not (coarse or worth_a_look(matched)):
                continue
            reasons = tuple(reason for reason in MatchReason if reason in matched.reasons)
            found = Found(
                case_id,
                nearest[case_id, role, about],
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


def _nearest(
    connection: Connection,
    blinds: Collection[str],
    roles: Collection[PersonRole],
    which: Collection[ColumnElement[bool]],
) -> dict[Place, str]:
    """The places in the index that share most with what is looked for, each with its case's number."""
    if not blinds:
        return {}
    common = func.sum(case(_WEIGHT, value=_BLIND.c.kind, else_=1))
    query = (
        select(_BLIND.c.case_id, _BLIND.c.role, _BLIND.c.about, func.max(CASES.c.number).label("number"))
        .join(CASES, CASES.c.id == _BLIND.c.case_id)
        .where(_BLIND.c.blind.in_(blinds), _BLIND.c.role.in_(roles), _BLIND.c.about != "")
        .where(CASES.c.erased_at.is_(None), *which)
        .group_by(_BLIND.c.case_id, _BLIND.c.role, _BLIND.c.about)
        # Of those that have as much in common, the cases that changed last.
        .order_by(common.desc(), func.max(CASES.c.changed_at).desc(), _BLIND.c.case_id, _BLIND.c.about)
        .limit(MOST_OPENED)
    )
    rows = connection.execute(query)
    return {(row.case_id, PersonRole(row.role), row.about): row.number for row in rows}


def _common(connection: Connection, blinds: Collection[str]) -> set[str]:
    """Those of what is looked for that many share, in whatever case."""
    found, every = set[str](), sorted(blinds)
    for start in range(0, len(every), COUNTED):
        # Counted no further than it takes to see that they are many.
        some = union_all(
            *(
                select(select(_BLIND.c.blind).where(_BLIND.c.blind == blind).limit(COMMON).subquery())
                for blind in every[start : start + COUNTED]
            )
        ).subquery()
        many = select(some.c.blind).group_by(some.c.blind).having(func.count() >= COMMON)
        found.update(connection.scalars(many))
    return found


def _newest(
    connection: Connection,
    blinds: Collection[str],
    roles: Collection[PersonRole],
    which: Collection[ColumnElement[bool]],
) -> dict[Place, str]:
    """The places that share what many do, in the cases that changed last: all are not looked through."""
    theirs = select(_BLIND.c.id).where(_BLIND.c.case_id == CASES.c.id, _BLIND.c.blind.in_(blinds))
    theirs = theirs.where(_BLIND.c.role.in_(roles), _BLIND.c.about != "")
    newest = select(CASES.c.id).where(CASES.c.erased_at.is_(None), *which, theirs.exists())
    newest = newest.order_by(CASES.c.changed_at.desc(), CASES.c.id.desc()).limit(MOST_OPENED)
    shown = list(connection.scalars(newest))
    return _nearest(connection, blinds, roles, (CASES.c.id.in_(shown),)) if shown else {}


def _shared(
    connection: Connection, places: Collection[Place], blinds: Collection[str]
) -> defaultdict[Place, set[str]]:
    """Which of the identifiers looked for each place has, as blind indexes."""
    found: defaultdict[Place, set[str]] = defaultdict(set)
    if not blinds or not places:
        return found
    mine = select(_BLIND.c.case_id, _BLIND.c.role, _BLIND.c.about, _BLIND.c.blind)
    mine = mine.where(_BLIND.c.blind.in_(blinds), _BLIND.c.case_id.in_({place[0] for place in places}))
    for row in connection.execute(mine):
        found[row.case_id, PersonRole(row.role), row.about].add(row.blind)
    return found


def _opened(
    vault: Vault, connection: Connection, places: Collection[Place]
) -> Iterable[tuple[Place, Identity]]:
    """The identities that records give, opened."""
    cases = {case_id for case_id, _, _ in places}
    wrapped = select(_KEYS.c.scope, _KEYS.c.wrapped).where(
        _KEYS.c.scope.in_(cases), _KEYS.c.wrapped.is_not(None)
    )
    keys = {row.scope: vault.unwrap(row.scope, row.wrapped) for row in connection.execute(wrapped)}
    for role, (model, described) in LIES_IN.items():
        table = table_of(model)
        mine = {place[2]: place for place in places if place[1] is role}
        if not mine:
            continue
        rows = connection.execute(
            select(table.c.id, table.c.case_id, table.c.content).where(table.c.id.in_(mine))
        )
        for row in rows:
            if row.case_id in keys:
                yield mine[row.id], Identity.of(described(keys[row.case_id], row))
