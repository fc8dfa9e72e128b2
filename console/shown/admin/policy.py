"""A policy pack as a committee reads it: in words, each entry with its source, and beside another version."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from console.shown.admin.pack_words import TITLES, Entry, Told
from states.policy.pack import Pack

#: the parts of a pack in the order in which a committee reads them, each with the keys that begin its entries
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Levels and conditions", ("levels", "conditions", "instruments", "violence", "examples")),
    (
        "The team",
        ("chair", "custodian", "conflict", "break_glass", "quorum", "emergency", "training", "discussion"),
    ),
    ("Danger: who is called", ("duty", "on_call", "alert", "call_chain")),
    ("Clocks", ("clocks",)),
    ("What an inquiry asks", ("sources", "source_kinds")),
    ("Plans, reintegration and closing", ("measures", "reintegration", "closing")),
    (
        "Who is told, and where referrals go",
        ("routes", "roads", "handover", "disposition", "news", "disclosures"),
    ),
    ("Offices, units and sites", ("offices", "units", "sites", "affiliations", "mail")),
    ("Keeping the record", ("clocks.retention", "anchors", "audit")),
    ("The year", ("semesters", "annual_review")),
    ("Reports from police logs", ("intake",)),
    ("How the software works", ("effects", "supervision")),
)

#: the same keys, in their order
STARTS: tuple[str, ...] = tuple(start for _, starts in SECTIONS for start in starts)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a pack: its title, and its entries."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that differs between two versions; None: it is not in that one."""

    title: str
    section: str
    before: Entry | None
    after: Entry | None

    @property
    def parts(self) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
        """The parts that differ: name, lines before, lines after."""
        before, after = (
            _parts(each) if each else dict[str, tuple[str, ...]]() for each in (self.before, self.after)
        )
        names = dict.fromkeys((*before, *after))
        return tuple(
            (name, before.get(name, ()), after.get(name, ()))
            for name in names
            if before.get(name) != after.get(name)
        )


def _parts(entry: Entry) -> dict[str, tuple[str, ...]]:
    beside = {"Source": entry.clause, "Why": entry.chosen}
    said = {name: (each,) for name, each in beside.items() if each}
    return {"Called": (entry.title,), **dict(entry.facts), **said}


def sections(pack: Pack) -> tuple[Section, ...]:
    """A pack in words, in the order in which a committee reads it; parts that it has nothing of are left out.

    Args:
        pack: the policy pack.
    """
    found: dict[str, list[Entry]] = {title: [] for title, _ in SECTIONS}
    for entry in sorted(_unlike(_entries(pack)), key=lambda entry: STARTS.index(_start(entry.key))):
        found[_section(entry.key)].append(entry)
    return tuple(Section(title, tuple(entries)) for title, entries in found.items() if entries)


def changes(before: Pack, after: Pack) -> tuple[Change, ...]:
    """What differs between two versions of a pack, in the order in which a committee reads it.

    Args:
        before: the version in force.
        after: the other one.
    """
    old, new = ({e.key: e for section in sections(pack) for e in section.entries} for pack in (before, after))
    order = {title: place for place, (title, _) in enumerate(SECTIONS)}
    found = [
        Change((new.get(key) or old[key]).title, _section(key), old.get(key), new.get(key))
        for key in dict.fromkeys((*new, *old))
        if old.get(key) != new.get(key)
    ]
    return tuple(sorted(found, key=lambda change: order[change.section]))


def _start(key: str) -> str:
    """What an entry's key begins with, of what is told together: the longest that fits."""
    return max((start for start in STARTS if key == start or key.startswith(f"{start}.")), key=len)


def _section(key: str) -> str:
    """The part that an entry belongs to."""
    return next(title for title, starts in SECTIONS if _start(key) in starts)


def _unlike(entries: Iterator[Entry]) -> Iterator[Entry]:
    """The entries, those of one name told apart by a number."""
    seen: Counter[str] = Counter()
    for entry in entries:
        seen[entry.key] += 1
        again = seen[entry.key]
        yield (
            entry
            if again == 1
            else Entry(f"{entry.key}.{again}", entry.title, entry.facts, entry.clause, entry.chosen)
        )


def _entries(pack: Pack) -> Iterator[Entry]:
    told = Told(pack)
    for name, part in pack:
        yield from told.below(name, TITLES.get(name, name), part)
