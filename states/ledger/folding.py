"""Folding: the rows as the events of the ledger tell them, compared with the rows that are there."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, select
from sqlmodel import SQLModel

from states.access import viewers
from states.errors import LedgerBroken, VaultLocked
from states.ledger import coverage
from states.ledger.chain import canonical
from states.ledger.streaming import among, streamed
from states.ledger.told import CONTENT, ONCE, Told
from states.tables import BlindIndex, Case, CaseViewer, Counter, MemberMark, WrappedKey, table_of
from states.vault import INDEX_SCOPE, INTAKE_SCOPE, TEAM_SCOPE, Vault, digest
from states.vocabulary.effects import EffectStatus

_BLIND = table_of(BlindIndex)
_CASES = table_of(Case)
_COUNTERS = table_of(Counter)
_KEYS = table_of(WrappedKey)
_MARKS = table_of(MemberMark)
_VIEWERS = table_of(CaseViewer)

#: the event with which the team's chain says that a backup was brought back
RESTORED = "backup_restored"

#: how an effect stands that nobody has finished
_OPEN = (EffectStatus.PENDING, EffectStatus.CLAIMED, EffectStatus.STUCK)


class Fold:
    """Compares rows with what chains tell of them.

    Args:
        connection: an open connection.
        vault: opens the keys of cases; None: what takes a key is not compared.
        team: what the team's own chain tells.
        latest: the newest moment that there was: now, or that of an event.
    """

    def __init__(self, connection: Connection, vault: Vault | None, team: Told, latest: datetime) -> None:
        self._connection = connection
        self._vault = vault
        self._team = team
        self._latest = latest
        self._shared: dict[str, tuple[int, str]] = {}
        self._numbers: dict[int, int] = {}
        #: how many rows, and how many sealed contents, were compared
        self.rows = 0
        self.contents = 0

    def compare(self, cases: Sequence[Any], told: Mapping[str, Told], after: str) -> None:
        """Compare every row of some cases.

        Args:
            cases: their rows, in the order of their ids.
            told: what their chains tell, by id.
            after: an id that comes before theirs, behind that of every case compared so far.

        Raises:
            LedgerBroken: names the first row that is missing, too many, or not as it was told.
        """
        for case in cases:
            self._own_row(case, told[case.id])
        for table in of_cases():
            if table.name in coverage.SHARED:
                continue
            for row in self._fetch(table, *among(table.c.case_id, cases, after)):
                # Of a case that is not there: its events are counted in the end.
                if row["case_id"] in told:
                    self._row(table, row, told[row["case_id"]])
        self._indexes(cases, told, after, self._keys(cases, told, after))
        self._seen_by(cases, after)
        for each in told.values():
            self._nothing_missing(each)
            for place, last in each.shared.items():
                self._shared[place] = max(self._shared.get(place, (0, "")), last)

    def finish(self, untold: Collection[str]) -> None:
        """Compare what belongs to no single case, once all cases were compared.

        Args:
            untold: ids of the cases from before events told of rows.

        Raises:
            LedgerBroken: as :meth:`compare`.
        """
        for name in coverage.SHARED:
            table = SQLModel.metadata.tables[name]
            for row in self._fetch(table):
                revision, expected = self._shared.pop(f"{name}/{row['id']}", (0, None))
                told = {"revision": revision, "digest": expected}
                there = {"revision": row["revision"], "digest": coverage.of(name).written_once(row)}
                if told != there and not (expected is None and row["case_id"] in untold):
                    self._broken("Two cases", name, row["id"], "was changed")
                self.rows += 1
        for place in self._shared:
            name, _, row_id = place.partition("/")
            self._broken("Two cases", name, row_id, "was removed")
        for table in of_team():
            for row in self._rows(rows_of_team(table)):
                self._row(table, row, self._team)
        self._marks()
        self._counters()
        nobodys = select(_KEYS.c.scope).outerjoin(_CASES, _CASES.c.id == _KEYS.c.scope)
        ours = (TEAM_SCOPE, INTAKE_SCOPE, INDEX_SCOPE)
        for scope in self._connection.scalars(
            nobodys.where(_CASES.c.id.is_(None), _KEYS.c.scope.not_in(ours))
        ):
            self._broken("The team", _KEYS.name, scope, "was added")
        of_none = ~select(_CASES.c.id).where(_CASES.c.id == _VIEWERS.c.case_id).exists()
        for case_id in self._connection.scalars(select(_VIEWERS.c.case_id).where(of_none).limit(1)):
            self._broken("The team", _VIEWERS.name, f"of {case_id}", "were added")
        self._nothing_missing(self._team)

    def _marks(self) -> None:
        """Compare what members are known by, of each as one."""
        found: dict[str, list[list[str]]] = defaultdict(list)
        for row in self._fetch(_MARKS):
            found[row["member"]].append([row["id"], row["kind"], row["blind"]])
        wrapped = self._connection.scalar(select(_KEYS.c.wrapped).where(_KEYS.c.scope == TEAM_SCOPE))
        if not self._opens(TEAM_SCOPE, wrapped):
            self._broken("The team", _KEYS.name, TEAM_SCOPE, "was changed")
        key = self._vault.unwrap(TEAM_SCOPE, wrapped) if self._vault is not None and wrapped else None
        told = [place for place in self._team.digests if place.startswith(f"{_MARKS.name}/")]
        for member in {*found, *(place[len(_MARKS.name) + 1 :] for place in told)}:
            expected, there = self._team.take(coverage.marks_of(member)), found[member]
            self.rows += len(there)
            if expected is None:
                as_told = not self._team.complete
            else:
                as_told = bool(there) and (key is None or key.vouch(canonical(sorted(there))) == expected)
            if not as_told:
                self._broken("The team", _MARKS.name, f"of {member}", "were changed")

    def _counters(self) -> None:
        """See that no number is given twice, nor any left out but by a restored backup."""
        for row in self._fetch(_COUNTERS):
            newest = self._numbers.pop(row["year"], 0)
            if row["next"] <= newest or (row["next"] > newest + 1 and RESTORED not in self._team.heard):
                self._broken("The team", _COUNTERS.name, str(row["year"]), "was changed")
            self.rows += 1
        for missing in self._numbers:
            self._broken("The team", _COUNTERS.name, str(missing), "was removed")

    def _fetch(self, table: Table, *where: Any) -> Iterator[Mapping[Any, Any]]:
        return self._rows(select(table).where(*where))

    def _rows(self, query: Select[Any]) -> Iterator[Mapping[Any, Any]]:
        return streamed(self._connection, query)

    def _broken(self, whose: str, table: str, row: str, what: str) -> None:
        message = f"{whose}: {table} {row} {what} outside tatflow."
        raise LedgerBroken(message)

    def _take(self, told: Told, place: str) -> dict[str, str]:
        # What the team's chain tells was done about many cases at once, behind what each one's own tells.
        own, team = told.digests.pop(place, None), self._team.digests.pop(place, None)
        return {**(own or {}), **(team or {})}

    def _own_row(self, case: Any, told: Told) -> None:
        expected = told.take(coverage.own_row_of(case.id))
        if expected is not None and expected != coverage.of("cases").written_once(case._mapping):  # noqa: SLF001 - SQLAlchemy's public name
            message = (
                f"{case.number}: the case's own row (state, level, sites, …) was changed outside tatflow."
            )
            raise LedgerBroken(message)
        _, year, which = case.number.split("-")
        self._numbers[int(year)] = max(self._numbers.get(int(year), 0), int(which))
        self.rows += expected is not None

    def _row(self, table: Table, row: Mapping[Any, Any], told: Told) -> None:
        covered = coverage.of(table.name)
        row_id = row[covered.key]
        place = f"{table.name}/{row_id}"
        digests = self._take(told, place)
        content, once = digests.pop(CONTENT, None), digests.pop(ONCE, None)
        if content is not None:
            self._content(table.name, row, told, content)
        if once is None:
            if told.complete:
                self._broken(told.whose, table.name, row_id, "was added")
            return
        self.rows += 1
        if once != covered.written_once(row):
            self._broken(told.whose, table.name, row_id, "was changed")
        for name in covered.changing:
            expected, value = digests.pop(name, None), row[name]
            as_told = covered.is_default(name, value) if expected is None else covered.of(value) == expected
            if covered.table in ("effects", "deadlines"):
                as_told = self._may_be(row, covered.table, name, expected, told, as_told=as_told)
            if not as_told:
                self._broken(told.whose, table.name, row_id, f"was changed ({name})")
        if digests:
            # Of columns that this release does not have.
            told.digests[place] = digests

    def _content(self, table: str, row: Mapping[Any, Any], told: Told, expected: str) -> None:
        sealed = row.get("payload", row.get("content"))
        self.contents += 1
        if digest(sealed or b"") != expected:
            message = f"{told.whose}: the content of {table} {row['id']} was changed outside tatflow."
            raise LedgerBroken(message)

    def _may_be(
        self,
        row: Mapping[Any, Any],
        table: str,
        name: str,
        expected: str | None,
        told: Told,
        *,
        as_told: bool,
    ) -> bool:
        """Whether a column that moves without a word may stand as it does."""
        value = row[name]
        match table, name:
            case "effects", "due_at":
                return self._is_due(row, as_told=as_told)
            case "effects", "done_at":
                return as_told and (value is None) == (row["status"] in _OPEN)
            case "effects", "code":
                # Why the last attempt failed, until there is a word on how it ended.
                return as_told or row["status"] in _OPEN
            case "deadlines", "satisfied_at" if expected is None:
                place = f"deadlines/{row['id']}"
                return bool(value == told.stopped(place, row["clock"], row["about"]))
            case "deadlines", "next_at" if row["satisfied_at"] is not None:
                return value is None
        return as_told

    def _is_due(self, row: Mapping[Any, Any], *, as_told: bool) -> bool:
        """Whether an effect may be due then: as it was owed, or a pause after an attempt of it failed."""
        if row["status"] not in _OPEN:
            return True
        due_at: datetime = row["due_at"]
        return as_told or due_at == row["created_at"] or due_at <= self._latest + coverage.LONGEST_PAUSE

    def _keys(self, cases: Sequence[Any], told: Mapping[str, Told], after: str) -> dict[str, bytes | None]:
        """Compare the wrapped keys of cases; gives them."""
        keys: dict[str, bytes | None] = {}
        for row in self._fetch(_KEYS, *among(_KEYS.c.scope, cases, after)):
            if row["scope"] in told:
                self._row(_KEYS, row, told[row["scope"]])
                keys[row["scope"]] = row["wrapped"]
        for case in cases:
            if case.id not in keys:
                self._broken(case.number, _KEYS.name, case.id, "was removed")
            wrapped = keys[case.id]
            if (wrapped is None) != (case.erased_at is not None) or not self._opens(case.id, wrapped):
                self._broken(case.number, _KEYS.name, case.id, "was changed")
        return keys

    def _opens(self, scope: str, wrapped: bytes | None) -> bool:
        if wrapped is None or self._vault is None:
            return True
        try:
            self._vault.unwrap(scope, wrapped)
        except VaultLocked:
            return False
        return True

    def _indexes(
        self, cases: Sequence[Any], told: Mapping[str, Told], after: str, keys: Mapping[str, bytes | None]
    ) -> None:
        """Compare the blind indexes of each case, as one."""
        found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for row in self._fetch(_BLIND, *among(_BLIND.c.case_id, cases, after)):
            entry = (row["id"], row["role"], row["about"], row["kind"], row["blind"])
            found[row["case_id"]].append(entry)
        for case in cases:
            expected = told[case.id].take(coverage.index_of(case.id))
            there, wrapped = found[case.id], keys[case.id]
            self.rows += len(there)
            if there and wrapped and self._vault is not None and expected:
                key = self._vault.unwrap(case.id, wrapped)
                as_told = key.vouch(canonical(sorted(there))) == expected
            else:
                # Whoever has no key sees at least whether there is anything that nothing tells of.
                as_told = bool(there) == bool(expected) or not told[case.id].complete
            if not as_told:
                self._broken(case.number, _BLIND.name, "of the case", "were changed")

    def _seen_by(self, cases: Sequence[Any], after: str) -> None:
        """See that lists show each case to whom its own row says, which the ledger tells of."""
        there: dict[str, dict[str, datetime | None]] = defaultdict(dict)
        for row in self._fetch(_VIEWERS, *among(_VIEWERS.c.case_id, cases, after)):
            there[row["case_id"]][row["who"]] = row["until"]
        for case in cases:
            self.rows += len(there[case.id])
            if there[case.id] != viewers(case):
                self._broken(case.number, _VIEWERS.name, "of the case", "were changed")

    def _nothing_missing(self, told: Told) -> None:
        for place, digests in told.digests.items():
            table, _, row = place.partition("/")
            if told is not self._team and table == "deadlines" and "satisfied_at" in digests:
                # A meeting about a case is one of the team's in its semester, too.
                self._team.digests.setdefault(place, {}).setdefault(
                    "satisfied_at", digests.pop("satisfied_at")
                )
            # What nothing told of before events told of rows is not looked for.
            if digests and (told.complete or CONTENT in digests):
                self._broken(told.whose, table, row, "was removed")


#: the tables whose rows belong to a case or to the team
_OF_EITHER = ("meetings", "invitation_answers", "notices", "effects", "deadlines")

#: the tables whose rows belong to the team, or to nobody yet
_OF_TEAM = (
    "members",
    "accounts",
    "passkeys",
    "known_browsers",
    "sessions",
    "tokens",
    "duty_shifts",
    "times_off",
    "trials",
    "reviews",
    "semester_reports",
    "trainings",
    "changes",
    "change_readings",
    "agreements",
    "log_entries",
)


@cache
def of_team() -> tuple[Table, ...]:
    """The tables that the team's own chain tells of, row by row."""
    return tuple(SQLModel.metadata.tables[name] for name in (*_OF_EITHER, *_OF_TEAM))


def rows_of_team(table: Table) -> Select[Any]:
    """The rows of such a table that belong to no case."""
    return select(table).where(table.c.case_id.is_(None)) if table.name in _OF_EITHER else select(table)


@cache
def of_cases() -> tuple[Table, ...]:
    """The tables that the chains of cases tell of, row by row."""
    apart = (_BLIND.name, _VIEWERS.name, "events", "log_entries")
    return tuple(t for t in SQLModel.metadata.sorted_tables if "case_id" in t.c and t.name not in apart)
