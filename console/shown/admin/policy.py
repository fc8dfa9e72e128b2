"""A policy pack as a committee reads it: in words, each entry with its source, and beside another version."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from console.shown.admin.pack_words import TITLES, Entry, Told
from states.policy.pack import Pack

#: the parts of a pack in the order in which a committee reads them: what an address calls each, its title,
#: and the keys that begin its entries
SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("levels", "Levels and conditions", ("levels", "conditions", "violence")),
    ("instruments", "Instruments", ("instruments",)),
    ("examples", "Examples for whoever reports", ("examples",)),
    (
        "team",
        "The team",
        ("chair", "custodian", "conflict", "break_glass", "quorum", "emergency", "training"),
    ),
    ("meetings", "Meetings: questions and topics", ("discussion",)),
    ("danger", "Danger: who is called", ("duty", "on_call", "alert", "call_chain")),
    ("clocks", "Clocks", ("clocks",)),
    ("inquiry", "What an inquiry asks", ("sources", "source_kinds")),
    ("plans", "Plans, reintegration and closing", ("measures", "reintegration", "closing")),
    ("referrals", "Where referrals go", ("routes", "roads", "handover", "disposition")),
    ("telling", "Who is told what", ("news", "disclosures")),
    ("offices", "Offices, units and sites", ("offices", "units", "sites", "affiliations", "mail")),
    ("keeping", "Keeping the record", ("clocks.retention", "anchors", "audit")),
    ("year", "The year", ("semesters", "annual_review")),
    ("logs", "Reports from police logs", ("intake",)),
    ("software", "How the software works", ("effects", "supervision")),
)

#: the same keys, in their order
STARTS: tuple[str, ...] = tuple(start for _, _, starts in SECTIONS for start in starts)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a pack: what an address calls it, its title, and its entries."""

    code: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that differs between two versions; None: it is not in that one."""

    title: str
    section: Section
    before: Entry | None
    after: Entry | None

    @property
    def anchor(self) -> str:
        """What a link on its page calls it."""
        entry = self.after or self.before
        return entry.anchor if entry else ""

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
    found: dict[str, list[Entry]] = {code: [] for code, _, _ in SECTIONS}
    for entry in sorted(_unlike(_entries(pack)), key=lambda entry: STARTS.index(_start(entry.key))):
        found[_section(entry.key).code].append(entry)
    return tuple(Section(code, title, tuple(found[code])) for code, title, _ in SECTIONS if found[code])


def hits(parts: Sequence[Section], wanted: str) -> tuple[Section, ...]:
    """The entries in which each word stands that somebody looks for; parts that hold none are left out.

    Args:
        parts: the parts of a pack.
        wanted: the words; also a clause, as in W-46.
    """
    asked = wanted.casefold().split()
    found = (
        Section(part.code, part.title, tuple(one for one in part.entries if _holds(one, part, asked)))
        for part in parts
    )
    return tuple(part for part in found if part.entries)


def _holds(entry: Entry, part: Section, asked: Sequence[str]) -> bool:
    said = (part.title, entry.title, entry.clause, entry.chosen)
    lines = (line for label, each in entry.facts for line in (label, *each))
    text = "\n".join((*said, *lines)).casefold()
    return all(word in text for word in asked)


def changes(before: Pack, after: Pack) -> tuple[Change, ...]:
    """What differs between two versions of a pack, in the order in which a committee reads it.

    Args:
        before: the version in force.
        after: the other one.
    """
    old, new = ({e.key: e for section in sections(pack) for e in section.entries} for pack in (before, after))
    order = {code: place for place, (code, _, _) in enumerate(SECTIONS)}
    found = [
        Change((new.get(key) or old[key]).title, _section(key), old.get(key), new.get(key))
        for key in dict.fromkeys((*new, *old))
        if old.get(key) != new.get(key)
    ]
    return tuple(sorted(found, key=lambda change: order[change.section.code]))


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """A message's template that differs between two versions: its name, which have it, and its lines."""

    name: str
    before: bool
    after: bool
    lines: tuple[str, ...]


def templates_changed(before: Pack, after: Pack) -> tuple[TemplateChange, ...]:
    """Which templates of their own differ between two versions, and in which lines.

    Args:
        before: the version in force.
        after: the other one.
    """
    old, new = before.own_templates, after.own_templates
    return tuple(
        TemplateChange(name, name in old, name in new, _lines(old.get(name, b""), new.get(name, b"")))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    )


def _lines(before: bytes, after: bytes) -> tuple[str, ...]:
    """The lines that differ, each with a sign of where it stands, and those around them."""
    old, new = (each.decode(errors="replace").splitlines() for each in (before, after))
    return tuple(unified_diff(old, new, lineterm="", n=1))[2:]


def _start(key: str) -> str:
    """What an entry's key begins with, of what is told together: the longest that fits."""
    names = key.split(".")
    return next(start for most in range(len(names), 0, -1) if (start := ".".join(names[:most])) in STARTS)


def _section(key: str) -> Section:
    """The part that an entry belongs to, without its entries."""
    return next(Section(code, title, ()) for code, title, starts in SECTIONS if _start(key) in starts)


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
