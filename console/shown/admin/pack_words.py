"""The words of a policy pack: each entry as people say it, offices and sites by their names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel

from states.policy.entries import Criterion, DisclosureRule, RequiredSource, Road, Route
from states.policy.instruments import InstrumentPart
from states.policy.intake_rules import Rule as IntakeRule
from states.policy.pack import Pack
from states.policy.places import CallChain, CallStep
from states.policy.terms import Duration, Phone, Span
from states.policy.year import Semester
from states.vocabulary.cases import Level
from states.vocabulary.people import Affiliation
from states.vocabulary.spelling import words

#: what the parts of an entry are called, where their own names say too little
LABELS: Mapping[str, str] = {
    "plan": "Kind of plan",
    "reassess_days": "Looked at again after, in days",
    "meeting": "Meeting",
    "duration": "Due after",
    "remind_before": "Reminds, before it is due",
    "escalate_after": "The chair is told, once late by",
    "stuck_after": "Everybody sees it, once late by",
    "emergency_phones": "Phones in an emergency",
    "nonemergency_phones": "Other phones",
    "also": "Also reached at",
    "codes_to": "Codes for links go to",
    "own": "The institution's own",
    "on_team": "On the team",
    "vice_president": "Vice president",
    "outside": "Outside the institution",
    "notice": "Called ahead by",
    "dial_in": "Joined by phone",
    "call": "Calls",
    "again_after": "Starts again after, in minutes",
    "tells": "Says of the danger",
    "tells_when": "Says for when a threat is",
    "take_over": "Taken over by a reply of",
    "to": "To",
    "what": "What",
    "bases": "On the basis of",
    "needs_determination": "Only once an emergency is determined",
    "only_through": "Only through",
    "agreed_by": "Agreed by",
    "recorded": "On the person's record of disclosures",
    "tell": "Told",
    "at_once": "Told at once",
    "gather": "Other news is gathered for",
    "ceiling": "At most at the level",
    "ceiling_with_reason": "With a reason, at most at the level",
    "offices": "Offices",
    "required": "In any case",
    "retry_seconds": "Seconds between attempts",
    "subdivision": "State",
}

#: what says itself in one line
_SAY_THEMSELVES = Criterion | Duration | Span | InstrumentPart

#: a code of several words
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")

#: what entries are called, where their own names say too little
TITLES: Mapping[str, str] = {
    "custodian": "Custodian of records",
    "conflict": "Conflicts of interest",
    "break_glass": "A case opened in an emergency",
    "emergency": "Who may determine an emergency",
    "discussion": "In meetings",
    "duty": "Duty line",
    "alert": "What an alert says",
    "violence": "What counts as violence",
    "examples": "Examples for whoever reports",
    "mail": "The team's own mail",
    "audit": "What is odd about a question to a source",
    "anchors": "Anchors of the ledger",
    "news": "News for the team",
    "disposition": "How the matter ended",
    "intake": "Rules",
}

#: parts that are not told as such: the title says them, or the foot of the entry
_UNTOLD = ("clause", "chosen", "title", "name", "id", "kind")

#: parts that are told before the others
_FIRST = ("duration", "call")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, in words.

    Args:
        key: what tells it from the others, also in another version.
        title: what it is about.
        facts: what it says: the name of each part, and its lines.
        clause: id of the clause that it comes from; empty: its own words are the source.
        chosen: why the pack chose what the clause leaves open; empty: it leaves nothing open.
    """

    key: str
    title: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    clause: str
    chosen: str

    @property
    def anchor(self) -> str:
        """What a link on its page calls it."""
        return re.sub(r"[^\w.]+", "-", self.key)


class Told:
    """Says a pack's entries in words; codes of offices, sites and kinds by their names.

    Args:
        pack: the policy pack.
    """

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._names = {code: office.name for code, office in pack.offices.items()}
        self._names |= {code: site.name for code, site in pack.sites.items()}
        self._names |= {code: unit.name for code, unit in pack.units.items()}

    def below(self, key: str, title: str, part: object) -> Iterator[Entry]:
        """The entries of a part of the pack."""
        if isinstance(part, BaseModel):
            said = dict(part)
            if "clause" in said:
                called = self._called(title, part)
                facts = tuple(self._facts(said))
                if facts or said.get("chosen") or "title" in said:
                    yield Entry(key, called, facts, said["clause"], said.get("chosen") or "")
                title = called
            for name, each in said.items():
                yield from self.below(f"{key}.{name}", f"{title}: {words(name)}", each)
        elif isinstance(part, dict):
            for code, each in part.items():
                yield from self.below(f"{key}.{code}", self._title(key, title, code), each)
        elif isinstance(part, tuple):
            for each in part:
                if isinstance(each, BaseModel):
                    yield from self.below(f"{key}.{self._identity(each)}", title, each)

    def _title(self, key: str, title: str, code: object) -> str:
        """What an entry of a table is called: its own name; further in, with the name of what it is in."""
        named = self._names.get(str(code)) if key in ("offices", "sites", "units") else None
        name = named or (str(code) if isinstance(code, StrEnum) and str(code)[:1].isupper() else words(code))
        first = name[:1].upper() + name[1:]
        return first if "." not in key else f"{title.removesuffix(': per level')}: {first}"

    def _called(self, title: str, part: BaseModel) -> str:
        named = getattr(part, "title", "") or getattr(part, "name", "")
        match part:
            case Route():
                named = f"{words(part.kind)} of {self._list(part.affiliations)}"
            case RequiredSource():
                named = self._pack.called(part.kind)
            case DisclosureRule():
                named = f"{self._list(part.what)}, to {self._list(part.to)}"
            case Road():
                named = f"{words(part.behaviour)}, where {self._list(part.endangered)} may be in danger"
            case CallChain():
                named = f"Calls at {self._list(part.sites)}" if part.sites else "Calls at every site"
            case IntakeRule():
                named = words(part.id.replace("-", " "))
            case _ if named and title in tuple(Level):
                named = named if named.startswith(title) else f"{title}: {named}"
            case _ if named and title.rpartition(": ")[2] in (*Level, "police"):
                named = f"{named}, {title.rpartition(': ')[2]}"
        said = str(named or words(title))
        return said[:1].upper() + said[1:]

    def _identity(self, part: BaseModel) -> str:
        """What tells an entry of a list from the others, whatever its place."""
        told: tuple[object, ...] = ()
        match part:
            case Route():
                told = (part.kind, part.affiliations)
            case RequiredSource():
                told = (part.kind, part.basis)
            case DisclosureRule():
                told = (part.to, part.what, part.purposes)
            case Road():
                told = (part.behaviour, part.endangered)
            case CallChain():
                told = (part.sites,)
            case Semester():
                told = (part.name,)
            case IntakeRule():
                told = (part.id,)
        return ".".join("+".join(sorted(each)) if isinstance(each, tuple) else str(each) for each in told)

    def _facts(self, said: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name, part in sorted(said.items(), key=lambda each: each[0] not in _FIRST):
            if name in _UNTOLD or part in (None, (), {}, "") or any(self.below(name, name, part)):
                continue
            label = LABELS.get(name) or words(name).capitalize()
            yield label, tuple(self._lines(part))

    def _lines(self, part: object) -> Iterator[str]:
        """What a part says, a line for each of several."""
        if isinstance(part, Mapping):
            yield from (
                f"{words(name).capitalize()}: {', '.join(self._lines(each))}" for name, each in part.items()
            )
        elif isinstance(part, tuple) and frozenset(map(str, part)) == frozenset(Affiliation):
            yield "anybody"
        elif isinstance(part, tuple) and not isinstance(part, Phone):
            for each in part:
                yield from self._lines(each)
        elif isinstance(part, CallStep):
            after = f"{part.after} minutes later" if part.after else "at once, or with the one before"
            yield f"{words(part.call).capitalize()} by {words(part.via)}, {after}"
        elif isinstance(part, BaseModel) and not isinstance(
            part, Criterion | Duration | Span | InstrumentPart
        ):
            for label, lines in self._facts(dict(part)):
                yield f"{label}: {', '.join(lines)}"
        else:
            yield self._word(part)

    def _word(self, part: object) -> str:
        if isinstance(part, bool):
            return "yes" if part else "no"
        if isinstance(part, float):
            return f"{part:g}"
        if isinstance(part, str) and not isinstance(part, StrEnum) and part in self._names:
            return self._names[part]
        is_code = isinstance(part, StrEnum) or _CODE.fullmatch(str(part))
        return words(part) if is_code else str(part)

    def _list(self, parts: tuple[object, ...]) -> str:
        if set(parts) == set(Affiliation):
            return "anybody"
        return ", ".join(self._word(part) for part in parts)
