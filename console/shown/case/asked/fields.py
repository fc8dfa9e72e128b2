"""Fields and groups of fields, what helps where an answer lacks something, and contents made of answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from console.shown.case.opened import Opened
from states.access import MAY, Act, Actor, may_work_on
from states.tables import Case

#: of each field all that somebody answered
Said = Mapping[str, Sequence[str]]

#: rows that a group has at most
MOST_ROWS = 20


class Ask(StrEnum):
    """How a field is answered."""

    LINE = "line"
    PROSE = "prose"
    ONE = "one"
    SEVERAL = "several"
    #: by the numbers of other rows of the same group
    ROWS = "rows"
    #: it was chosen before, and the rest of the form is asked of it
    SETTLED = "settled"
    #: not at all: it goes along unseen with what is answered beside it
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be chosen.

    Args:
        value: what the form sends.
        reads: what people read.
        under: the heading that it stands under, in a long list.
        points: what speaks for it, point by point; options that have some stand side by side.
    """

    value: str
    reads: str
    under: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Args:
        name: what the form calls it; dots lead into a content, as in ``topics.subject``.
        label: what people read.
        ask: how it is answered.
        hint: an example, or what it is for.
        options: what may be chosen.
        needed: whether there has to be an answer.
        given: what is answered before anybody answers.
        under: the heading that it begins a part of the form with; empty: it begins none.
        noted: what the texts are called that stand beside each thing that may be chosen; empty: none do.
        on_record: whether what is given is on record, where somebody else may correct it meanwhile.
        empty: what an answer that is left empty means of what is on record.
        opens: the part of what may be chosen that stands open, where parts are folded; empty: none does.
        lines: for how many lines of prose there is room before it scrolls.
    """

    name: str
    label: str
    ask: Ask = Ask.PROSE
    hint: str = ""
    options: tuple[Option, ...] = ()
    needed: bool = False
    given: tuple[str, ...] = ()
    under: str = ""
    noted: str = ""
    on_record: bool = False
    empty: str | None = ""
    opens: str = ""
    lines: int = 4

    @property
    def is_a_choice(self) -> bool:
        """Whether it is answered by choosing."""
        return self.ask in (Ask.ONE, Ask.SEVERAL, Ask.SETTLED)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to choose."""
        return self.is_a_choice and not self.options

    @property
    def stands_side_by_side(self) -> bool:
        """Whether what may be chosen is compared point by point."""
        return any(each.points for each in self.options)

    def lacks(self, said: Said) -> dict[str, str]:
        """What would help, as a sentence, by the name of the field; none: the answer can be taken."""
        given = [each for each in said.get(self.name, ()) if each.strip()]
        if self.needed and not given:
            what = "choose one." if self.is_a_choice else "say it in a few words."
            return {self.name: f"{self.label}: {what}"}
        if self.is_a_choice and not {each.value for each in self.options}.issuperset(given):
            return {self.name: f"{self.label}: choose of what is there now."}
        return {}


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are asked for again and again, such as each action of a plan.

    Args:
        name: what the form calls it.
        label: what one of them is called.
        hint: what they are for.
        columns: what each of them asks.
        begun: what is answered of each before anybody answers; under ``due_at.hint``, what is said of it.
        needed: whether there has to be one.
        spare: how many empty ones there are to fill in.
        at_most: how many there may be, if there are no more of them to begin with.
        on_record: whether what they begin with is on record, where somebody else may correct it meanwhile.
    """

    name: str
    label: str
    columns: tuple[Field, ...]
    hint: str = ""
    begun: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    needed: bool = False
    spare: int = 1
    at_most: int = MOST_ROWS
    under: str = ""
    on_record: bool = False
    is_empty: bool = field(default=False, init=False)

    @property
    def most(self) -> int:
        """How many rows there are at most: none of those that it begins with is left out."""
        return max(self.at_most, len(self.begun) + self.spare)

    def rows(self, said: Said) -> list[tuple[Field, ...]]:
        """The fields of each of them, with some left to fill in."""
        if said:
            count = 1 + max(self._places(said), default=-1)
            filled: list[Mapping[str, tuple[str, ...]]] = [{}] * count
        else:
            filled = list(self.begun)
        filled += [{}] * min(self.spare, self.most - len(filled))
        return [
            tuple(
                # A row that is left empty lacks nothing, so that the browser asks for none of it.
                replace(
                    each,
                    name=self._called(place, each),
                    needed=False,
                    given=row.get(each.name, each.given),
                    hint="".join(row.get(f"{each.name}.hint", (each.hint,))),
                )
                for each in self.columns
            )
            for place, row in enumerate(filled)
        ]

    def lacks(self, said: Said) -> dict[str, str]:
        """What would help, by the names of the fields."""
        places = [place for place in self._places(said) if self._is_filled(place, said)]
        if self.needed and not places:
            return {f"{self.name}.0.{self.columns[0].name}": f"{self.label}: there has to be at least one."}
        found: dict[str, str] = {}
        for place in places:
            for each in self.columns:
                label = f"{self.label} {place + 1}, {each.label[:1].lower()}{each.label[1:]}"
                found |= replace(each, name=self._called(place, each), label=label).lacks(said)
        return found

    def told(self, said: Said) -> list[dict[str, Any]]:
        """What was answered of each that is filled in; what was left empty in it is not there."""
        return [*self.by_place(said).values()]

    def by_place(self, said: Said) -> dict[int, dict[str, Any]]:
        """The same, by the place of each in the form, counted from 0."""
        return {
            place: {
                name: value
                for name, value in (_told(each, said, self._called(place, each)) for each in self.columns)
                if value not in ("", [])
            }
            for place in self._places(said)
            if self._is_filled(place, said)
        }

    def closed_up(self, said: Said) -> dict[str, Sequence[str]]:
        """The same answers, with no empty one between those that are filled in."""
        filled = [place for place in self._places(said) if self._is_filled(place, said)]
        others = {name: given for name, given in said.items() if not name.startswith(f"{self.name}.")}
        now = {str(old + 1): str(new + 1) for new, old in enumerate(filled)}
        return others | {
            self._called(new, each): _renumbered(each, said[self._called(old, each)], now)
            for new, old in enumerate(filled)
            for each in self.columns
            if self._called(old, each) in said
        }

    def _called(self, place: int, column: Field) -> str:
        return f"{self.name}.{place}.{column.name}"

    def _places(self, said: Said) -> list[int]:
        names = [name.split(".") for name in said if name.startswith(f"{self.name}.")]
        found = {int(parts[1]) for parts in names if len(parts) > 2 and parts[1].isdecimal()}  # noqa: PLR2004
        return sorted(place for place in found if place < self.most)

    def _is_filled(self, place: int, said: Said) -> bool:
        # Where something is chosen beforehand, or goes along, that fills nothing in.
        asked = [each for each in self.columns if each.ask is not Ask.KEPT]
        told = [each for each in asked if not (each.is_a_choice and each.given)]
        return any(value.strip() for each in told for value in said.get(self._called(place, each), ()))


@dataclass(frozen=True, slots=True)
class Folded:
    """Fields that only some fill in, folded away until then; all of them may be left open.

    Args:
        label: what they are together.
        hint: what they are for.
        fields: what they ask.
        under: the heading that they begin a part of the form with; empty: they begin none.
    """

    label: str
    hint: str
    fields: tuple[Field, ...]
    under: str = ""
    needed: bool = field(default=False, init=False)
    is_empty: bool = field(default=False, init=False)

    def is_filled(self, said: Said) -> bool:
        """Whether something was answered."""
        return any(value.strip() for each in self.fields for value in said.get(each.name, ()))

    def lacks(self, said: Said) -> dict[str, str]:
        """What would help, by the names of the fields."""
        return lacking(self.fields, said)


def _renumbered(column: Field, given: Sequence[str], now: Mapping[str, str]) -> Sequence[str]:
    """What somebody answered, with the numbers that the rows of a group have now that empty ones are out."""
    if column.ask is not Ask.ROWS:
        return given
    # The number of a row that is left out must not come to mean another one.
    return [
        ", ".join(now.get(each, f"{each}?" if each.isdecimal() else each) for each in _apart(text))
        for text in given
    ]


def _apart(text: str) -> list[str]:
    """Numbers that were typed one after another."""
    return text.replace(",", " ").replace(";", " ").split()


Fields = tuple[Field | Group | Folded, ...]


@dataclass(frozen=True)
class Asked:
    """Of what a form is made.

    Args:
        opened: the case.
        team: everybody who is on the team now.
        by: who fills it in.
        now: what time it is.
        about: id of the record that somebody chose already; empty: none.
        lapsed: ids of the members of whom a training has lapsed.
    """

    opened: Opened
    team: Sequence[Actor]
    by: Actor
    now: datetime
    about: str = ""
    lapsed: frozenset[str] = frozenset()

    @cached_property
    def case(self) -> Case:
        """The case's row."""
        return Case(**self.opened.dossier["case"])

    @cached_property
    def everybody(self) -> tuple[Option, ...]:
        """The members who work on cases, to choose one."""
        return self._to_choose(one for one in self.team if not one.roles.isdisjoint(MAY[Act.RECORD]))

    @cached_property
    def able(self) -> tuple[Option, ...]:
        """The members who may work on this case, be it for a time, to choose one."""
        return self._to_choose(one for one in self.team if may_work_on(one, self.case))

    @cached_property
    def lasting(self) -> tuple[Option, ...]:
        """The members who may work on this case, and not for a time alone, to choose one."""
        return self._to_choose(one for one in self.team if may_work_on(replace(one, at=None), self.case))

    def person(self, member: str) -> Option:
        """A member to choose; whoever gives them something to do sees where a training has lapsed (U-14)."""
        name = self.opened.who(member)
        return Option(member, f"{name} (training lapsed)" if member in self.lapsed else name)

    def _to_choose(self, members: Iterable[Actor]) -> tuple[Option, ...]:
        return by_name(self.person(one.id) for one in members)


def by_name(options: Iterable[Option]) -> tuple[Option, ...]:
    """In the order of what people read."""
    return tuple(sorted(options, key=lambda one: one.reads.casefold()))


def unfolded(asked: Fields) -> tuple[Field | Group, ...]:
    """Every field and group, those that are folded away, too."""
    return tuple(one for each in asked for one in (each.fields if isinstance(each, Folded) else (each,)))


def closed_up(asked: Fields, said: Said) -> Said:
    """The same answers, with no empty row between those that are filled in."""
    for each in asked:
        if isinstance(each, Group):
            said = each.closed_up(said)
    return said


def lacking(asked: Fields, said: Said) -> dict[str, str]:
    """What would help in what somebody answered: a sentence by the name of each field."""
    return {name: problem for each in asked for name, problem in each.lacks(said).items()}


def content_of(asked: Fields, said: Said, *but: str) -> dict[str, Any]:
    """What somebody answered, in the shape of the content that it makes; what they left empty is not in it.

    Args:
        asked: the fields.
        said: the answers.
        but: names of fields that are not of the content.
    """
    made: dict[str, Any] = {}
    for name, value in _all_told(asked, said):
        if name in but or value in ("", []):
            continue
        *path, last = name.split(".")
        inner = made
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return made


def _all_told(asked: Fields, said: Said) -> Iterator[tuple[str, Any]]:
    for each in unfolded(asked):
        if isinstance(each, Group):
            yield each.name, each.told(said)
            continue
        yield _told(each, said, each.name)
        for option in each.options if each.noted else ():
            text = next(iter(said.get(f"{each.noted}.{option.value}", ())), "").strip()
            yield f"{each.noted}.{option.value}", text


def _told(one: Field, said: Said, name: str) -> tuple[str, Any]:
    given = [each.strip() for each in said.get(name, ()) if each.strip()]
    if one.ask is Ask.ROWS:
        return one.name, [number for text in given for number in _apart(text)]
    return one.name, given if one.ask is Ask.SEVERAL else next(iter(given), "")
