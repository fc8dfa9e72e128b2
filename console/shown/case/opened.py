"""A case that somebody opened, and how each of its records is shown."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from console.shown.explainer import plainly, with_names
from console.shown.parts import Link, Moment, Part, Text, Tone, Ways, Withheld, pairs, phrase, title, when
from states.access import REPORTER, SYSTEM
from states.casebook.effects.listing import EffectLine
from states.casebook.rounds.sweeping import DeadlineLine
from states.machine import Available
from states.policy.pack import Pack
from states.vocabulary.spelling import words

Row = Mapping[str, Any]
#: what a record says: names, and what each is
Says = list[tuple[str, object]]


#: who acts without being a member, as people call them
NOBODYS: Mapping[str, str] = {SYSTEM.id: "the software", REPORTER.id: "the person who reported"}

#: a moment as it is kept, and a code
_A_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")
_A_CODE = re.compile(r"[a-z]+(_[a-z]+)+")

#: what stands before the code of a site whose police something went to
POLICE_OF = "police:"


def office_or_police(pack: Pack, recipient: str) -> str:
    """What an office, or the police of a site, is called to which something went; empty: it is neither."""
    if recipient in pack.office_codes:
        return pack.office(recipient).name
    site = recipient.removeprefix(POLICE_OF)
    return pack.site(site).police.name if site != recipient and site in pack.sites else ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that somebody opened.

    Args:
        dossier: every record, as :func:`states.casebook.reading.whole_case.dossier` gives it.
        clocks: the clocks that run for it.
        effects: what it owes the world, and owed.
        possible: the guard explainer's answers.
        pack: the policy.
        zone: the time zone of the case's site.
        names: the names of the team's members, former ones too, by id; without them ids stand for themselves.
        ways: what whoever looks may do about a record, by its id, each a link to its step.
    """

    dossier: Mapping[str, Any]
    clocks: Sequence[DeadlineLine]
    effects: Sequence[EffectLine]
    possible: Sequence[Available]
    pack: Pack
    zone: tzinfo
    names: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)

    def when(self, moment: datetime | None, tone: Tone = Tone.PLAIN) -> Moment | None:
        """A moment by the clock of the case's site; None for none."""
        return when(moment, self.zone, tone)

    def until(self, moment: datetime | None, tone: Tone = Tone.PLAIN) -> Moment | None:
        """A moment by which something has to be done, or until which it holds; None for none."""
        return None if moment is None else Moment(moment, self.zone, tone, ends=True)

    def id(self, row_id: str) -> str:
        """An id's first characters, where ids stand for themselves; else people go without it."""
        return "" if self.names else row_id[:8]

    def who(self, member: str | None) -> str:
        """Whoever acted, as people call them: a member, or an office or police by a link; empty: nobody."""
        if not member or not self.names:
            return member or ""
        return self.names.get(member) or NOBODYS.get(member) or self._speaking(member)

    def _speaking(self, actor: str) -> str:
        """Who speaks as an office, or as the police of a site; anybody else as they are called here."""
        kind, _, code = actor.partition(":")
        if kind == "office" and code in self.pack.office_codes:
            return self.pack.office(code).name
        return self.pack.site(code).police.name if kind == "police" and code in self.pack.sites else actor

    def whom(self, recipient: str) -> str:
        """Whom something went to, as people call them: a member, an office, the police of a site."""
        if not self.names:
            return recipient
        return office_or_police(self.pack, recipient) or self.who(recipient)

    def to_case(self, number: str) -> Link | str:
        """Another case by its number, which leads there on a page; whoever may not know it has none here."""
        is_number = bool(self.names) and any(each.isdigit() for each in number)
        return Link(number, f"/cases/{number}") if is_number else number

    def said(self, sentence: str) -> str:
        """A sentence of the guard explainer as a page has it: with names, and without commands."""
        endangered = {row["id"][:8]: str(row["content"]["name"]) for row in self.of("targets")}
        return with_names(plainly(sentence), {**endangered, **self.names})

    def of(self, table_name: str, **match: object) -> list[Row]:
        """Records of one kind, oldest first; those with these values."""
        return [r for r in self.dossier[table_name] if all(r[name] == value for name, value in match.items())]


def record(opened: Opened, row: Row, what: str, says: Iterable[tuple[str, object]]) -> Iterator[Part]:
    """A record: what it is, when and by whom, its id's first characters, and what it says."""
    by = (
        (opened.when(row["at"], Tone.SOFT), Text(f"by {opened.who(row['by'])}", Tone.SOFT))
        if "by" in row
        else ()
    )
    yield title(Text(what, Tone.STRONG), *by, Text(opened.id(row["id"]), Tone.ID))
    yield pairs([*says, *withheld(row), *corrected(opened, row)])
    yield from ways(opened, row["id"])


def ways(opened: Opened, about: str) -> Iterator[Part]:
    """What whoever looks may do about a record."""
    if opened.ways.get(about):
        yield Ways(opened.ways[about])


def beside(opened: Opened, row: Row) -> tuple[object, ...]:
    """What whoever looks may do about a record that stands in a line, as the end of that line."""
    return tuple(each for link in opened.ways.get(row["id"], ()) for each in (" ", link))


def withheld(row: Row) -> Says:
    """What of a record whoever looks may not see, and who can tell."""
    return [
        (words(field).capitalize(), Withheld(f"withheld: {who} can tell"))
        for field, who in row.get("withheld", {}).items()
    ]


def corrected(opened: Opened, row: Row) -> Says:
    """How a record was corrected: by whom, why, and what stood there before, struck through."""
    told: Says = []
    for each in opened.of("corrections", about=row["id"]):
        if not each["content"]:
            # What it said went to another case, with the report that it is of.
            continue
        told.append(
            (
                "Corrected",
                phrase(opened.when(each["at"]), f" by {opened.who(each['by'])}: {each['content']['reason']}"),
            ),
        )
        told += [
            (f"Formerly {words(name)}", Text(_formerly(opened, was), Tone.FORMER))
            for name, was in each["content"]["former"].items()
        ]
    return told


def _formerly(opened: Opened, was: object) -> str:
    """What stood in a field, as people read it."""
    if isinstance(was, Mapping):
        said = (f"{words(name)}: {_formerly(opened, part)}" for name, part in was.items() if part)
        return "; ".join(said) or "nothing"
    if isinstance(was, list):
        return ", ".join(_formerly(opened, each) for each in was) or "nothing"
    if isinstance(was, bool):
        return "yes" if was else "no"
    if was in (None, ""):
        return "nothing"
    text = str(was)
    if _A_MOMENT.fullmatch(text):
        at = opened.when(datetime.fromisoformat(text))
        return at.spelled if at and opened.names else text
    named = {row["id"]: row["content"]["what"] for row in opened.of("plan_actions")} if opened.names else {}
    return opened.names.get(text) or named.get(text) or (words(text) if _A_CODE.fullmatch(text) else text)
