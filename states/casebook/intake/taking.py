"""A log's rows written down: each judged by the pack's rules, and put to the incident that it belongs to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from states.access import SYSTEM, Actor, is_there
from states.casebook.book import CASES, Casebook
from states.casebook.intake.versions import Incidents
from states.contents.kept import LOG_ENTRIES
from states.contents.verbatim import LogEntryContent
from states.errors import CaseErased
from states.intakelog.dates import FUTURE, Occurrence, filing_doubt, parse_occurred
from states.intakelog.formats import LogFormat
from states.intakelog.headings import Column
from states.intakelog.identity import changes
from states.intakelog.rows import Entry, LogRow, NoRow, Unreadable
from states.ledger import chain, coverage
from states.policy.intake_rules import classify
from states.tables import LogEntry, new_id, table_of
from states.vault import INTAKE_SCOPE
from states.vocabulary.people import Verdict

_ENTRIES = table_of(LogEntry)

#: the name of the rule by which a row goes to a person whose dates speak against each other
DATES = "dates"

STAYS = (
    "A report of concern. An earlier version of this row was one, and a change of the log ends no concern."
)


@dataclass(slots=True)
class Imported:
    """What became of a log's rows.

    Args:
        import_id: what the import is known by; None: it came in at a door.
        verdicts: how many new incidents got which verdict.
        rules: for each verdict, how many of these each rule named; no rule names what none knows.
        versions: how many rows are new versions of an incident that is on record.
        amended: the cases in which such an incident was taken up, each with the line of its new version.
        joined: how many rows are further charges of an incident.
        known: how many rows were on record already.
        doubtful: how many new rows carry a doubt about their dates, or about how they were read.
        unreadable: for each piece that could not be read: first line, last line, why. Kept, for a person.
        empty: how many lines or rows hold nothing.
        no_rows: for each line that is no row: first line, last line, what it is. Nothing is kept of them.
    """

    import_id: str | None = None
    verdicts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    rules: dict[Verdict, Counter[str]] = field(
        default_factory=lambda: {verdict: Counter() for verdict in Verdict}
    )
    versions: int = 0
    amended: list[tuple[int, str]] = field(default_factory=list)
    joined: int = 0
    known: int = 0
    doubtful: int = 0
    unreadable: list[tuple[int, int, str]] = field(default_factory=list)
    empty: int = 0
    no_rows: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Every row and unreadable piece, accounted for."""
        return sum(self.verdicts.values()) + self.versions + self.joined + self.known


class Taking:
    """A log that is being taken in.

    Args:
        book: the casebook.
        by: who imports.
        site: code of the site whose log it is.
        zone: the site's time zone.
        format_: how the log is written; None: what is kept is no log's.
    """

    def __init__(
        self, book: Casebook, by: Actor, site: str, zone: ZoneInfo, format_: LogFormat | None
    ) -> None:
        self.imported = Imported(None if format_ is None else new_id())
        self._book, self._by, self._format = book, by, format_
        self._zone = ZoneInfo(format_.timezone) if format_ is not None and format_.timezone else zone
        self._incidents = Incidents(book, site)

    def take_in(self, connection: Connection, batch: Sequence[tuple[Entry, bytes]]) -> None:
        """Write down what is not on record yet.

        Args:
            connection: the open transaction.
            batch: the entries, each with its identity.
        """
        book, now = self._book, self._book.clock()
        book.lock_team(connection)
        key = book.key(connection, INTAKE_SCOPE)
        new = self._not_known(connection, batch)
        self._incidents.look_up(connection, key, [e for e in new.values() if isinstance(e, LogRow)])
        rows, told, amended = [], dict[str, str](), list[tuple[str, str, int]]()
        for fingerprint, entry in new.items():
            entry_id = new_id()
            row, content = self._written(entry)
            row |= {"id": entry_id, "fingerprint": fingerprint, "imported_at": now}
            row |= {"import_id": self.imported.import_id, "withdrawn": False}
            if isinstance(entry, LogRow):
                content, changed = self._placed(connection, entry, row, content)
                told |= changed
                if row["case_id"] is not None:
                    amended.append((row["case_id"], entry_id, entry.line))
            self._count(entry, row, content)
            row["content"] = LOG_ENTRIES.seal(key, entry_id, content)
            rows.append(row)
        for row in rows:
            told |= coverage.sealed("log_entries", row["id"], row["content"])
            told |= coverage.of("log_entries").added(row)
        if rows:
            connection.execute(insert(_ENTRIES), rows)
            chain.append_of_team(
                connection, told, at=now, actor=SYSTEM.id, what="rows_imported", count=len(rows)
            )
        for case_id, entry_id, line in amended:
            self._tell_case(connection, case_id, entry_id, line)

    def _not_known(
        self, connection: Connection, batch: Sequence[tuple[Entry, bytes]]
    ) -> dict[str, LogRow | Unreadable]:
        """The entries that are not on record, by their marks; all others are counted."""
        prints: dict[str, LogRow | Unreadable] = {}
        for entry, identity in batch:
            if not isinstance(entry, NoRow):
                prints[self._book.vault.blind("log_entry", identity.hex())] = entry
            elif entry.what:
                self.imported.no_rows.append((entry.first_line, entry.last_line, entry.what))
            else:
                self.imported.empty += 1
        prints = self._as_marked(connection, prints)
        seen = select(_ENTRIES.c.fingerprint).where(_ENTRIES.c.fingerprint.in_(prints))
        known = set(connection.scalars(seen))
        self.imported.known += sum(_rows_in(prints[mark]) for mark in known)
        return {mark: entry for mark, entry in prints.items() if mark not in known}

    def _as_marked(
        self, connection: Connection, prints: Mapping[str, LogRow | Unreadable]
    ) -> dict[str, LogRow | Unreadable]:
        """The same entries in their order; one whose row was withdrawn has another mark, as if new."""
        seen = select(_ENTRIES.c.id, _ENTRIES.c.fingerprint).where(_ENTRIES.c.withdrawn.is_(True))
        later, asked = dict[str, str](), set(prints)
        while asked:
            rows = connection.execute(seen.where(_ENTRIES.c.fingerprint.in_(asked))).all()
            found = {
                r.fingerprint: self._book.vault.blind("log_entry", f"{r.fingerprint}\n{r.id}") for r in rows
            }
            later |= found
            asked = set(found.values())
        marked = {}
        for first, entry in prints.items():
            mark = first
            while mark in later:
                mark = later[mark]
            marked[mark] = entry
        return marked

    def _written(self, entry: LogRow | Unreadable) -> tuple[dict[str, Any], LogEntryContent]:
        row: dict[str, Any] = {"case_id": None, "incident": "", "version": 1, "replaced": False}
        if isinstance(entry, LogRow):
            read, content = self._read(entry)
            return row | read, content
        raw = entry.raw.decode("utf-8", "surrogateescape")
        row |= {"line": entry.first_line, "verdict": Verdict.NEEDS_A_PERSON, "rule": ""}
        row |= {"occurred_from": None, "occurred_to": None, "precision": ""}
        return row, LogEntryContent(raw=raw, sentence=entry.reason)

    def _read(self, row: LogRow) -> tuple[dict[str, Any], LogEntryContent]:
        if self._format is None:
            raise AssertionError("A row of a log has a format.")
        style = self._format.style
        classified = classify(row, self._book.pack.intake.rules, self._format.separators)
        verdict, rule, sentence = classified.verdict, classified.rule_id, classified.sentence
        reported = parse_occurred(row.said(Column.REPORTED), self._zone, None, style)
        occurred = parse_occurred(row.said(Column.OCCURRED), self._zone, reported, style)
        if FUTURE in occurred.doubt and verdict is Verdict.NOT_OF_CONCERN:
            verdict, rule = Verdict.NEEDS_A_PERSON, DATES
            sentence = (
                "Needs a person: it was reported before it happened, so that one of the dates is wrong."
            )
        doubts = [occurred.doubt, filing_doubt(row.said(Column.NUMBER), reported), row.note]
        content = LogEntryContent(
            fields=dict(row.fields),
            said={column.value: said for column, said in row.says.items()},
            raw=row.raw,
            sentence=sentence,
            doubt=" ".join(filter(None, doubts)),
            amends=row.amends,
        )
        return _dated(occurred) | {"line": row.line, "verdict": verdict, "rule": rule}, content

    def _placed(
        self, connection: Connection, entry: LogRow, row: dict[str, Any], content: LogEntryContent
    ) -> tuple[LogEntryContent, Mapping[str, str]]:
        """Put a row to the incident of its number, as a newer version or as the older one that it is."""
        row["incident"] = self._incidents.mark(entry)
        earlier = self._incidents.earlier(entry)
        told: Mapping[str, str] = {}
        if earlier is None:
            if self._incidents.knows(entry):
                said = "Its number stands at another entry, too, with which it has nothing else in common."
                content = content.model_copy(update={"doubt": " ".join(filter(None, (content.doubt, said)))})
        else:
            row |= {"case_id": earlier.case_id, "version": earlier.version + 1}
            content = content.model_copy(update={"changed": changes(earlier.said, entry)})
            if earlier.amends and not entry.amends:
                # Logs that begin with the newest have the change before what it changes.
                row["replaced"] = True
                earlier.version += 1
                return content, told
            told = self._replace(connection, earlier.row, earlier.entry_id)
            if earlier.verdict == Verdict.CONCERN and row["verdict"] != Verdict.CONCERN:
                row |= {"verdict": Verdict.CONCERN, "rule": earlier.rule}
                content = content.model_copy(update={"sentence": f"{STAYS} {content.sentence}"})
        self._incidents.note(entry, row, in_place_of=earlier)
        return content, told

    def _replace(
        self, connection: Connection, row: dict[str, Any] | None, entry_id: str
    ) -> Mapping[str, str]:
        """Say of an earlier version that there is a newer one; one of this batch is not written yet."""
        if row is not None:
            row["replaced"] = True
            return {}
        connection.execute(update(_ENTRIES).where(_ENTRIES.c.id == entry_id).values(replaced=True))
        return coverage.of("log_entries").changed(entry_id, {"replaced": True})

    def _count(self, entry: LogRow | Unreadable, row: Mapping[str, Any], content: LogEntryContent) -> None:
        imported = self.imported
        imported.joined += _rows_in(entry) - 1
        imported.doubtful += bool(content.doubt)
        if row["version"] > 1:
            imported.versions += 1
            return
        imported.verdicts[row["verdict"]] += 1
        imported.rules[row["verdict"]][row["rule"]] += 1
        if isinstance(entry, Unreadable):
            imported.unreadable.append((entry.first_line, entry.last_line, entry.reason))

    def _tell_case(self, connection: Connection, case_id: str, entry_id: str, line: int) -> None:
        """Write into the case that took a row up that the log has changed it."""
        try:
            page = self._book.turn_to(connection, case_id, SYSTEM)
        except CaseErased:
            return
        page.log("log_row_amended", row=entry_id)
        page.finish()
        there = select(CASES.c.number).where(CASES.c.id == case_id, is_there(self._by, CASES.c.id))
        number = connection.scalar(there)
        if number is not None:
            self.imported.amended.append((line, number))


def _rows_in(entry: LogRow | Unreadable) -> int:
    return entry.count if isinstance(entry, LogRow) else 1


def _dated(occurred: Occurrence) -> dict[str, Any]:
    return {"occurred_from": occurred.start, "occurred_to": occurred.end, "precision": occurred.precision}
