"""Forms made of contents: each field of an entry is asked for as it is on record, by its kind."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from console.shown.case.asked.choosing import WATCHED, capital, yes_or_no
from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Group, Option, by_name
from console.shown.case.opened import Row
from states.correspondence.referral_moves import ANSWERS
from states.vocabulary.cases import Level, ReprisalWord
from states.vocabulary.spelling import words
from states.vocabulary.times import on_day

#: the longest text that is one line
_A_LINE = 300

_TYPED, _A_DAY = "As in Fri 27 Nov 2026 5 pm.", "As in Fri 27 Nov 2026."

#: what fields are called, where their code does not say it
_CALLED: Mapping[str, str] = {
    "what": "What it is",
    "area": "What it is aimed at",
    "after": "After which other actions of the plan",
    "due_at": "Due",
    "own_observation": "Seen or heard by whoever tells it",
    "by_team_convened": "By the team convened",
    "by_phone": "Told by telephone",
    "willing_to_talk": "Willing to talk with the team",
    "has_other_contact": "Knows somebody else who may know more",
    "may_be_mailed": "May be told by mail that there is a question",
    "implied": "Implied: no threat in words",
    "imminent": "Imminent danger",
    "dangers": "What makes it an emergency",
    "threatened_for": "The day that a threat is for",
    "ability": "Able to carry it out",
    "private": "Asks that their name be kept private",
    "taken_by": "Taken by which office",
    "endangered": "What those in danger are",
    "initial": "To be done before the person comes back",
    "outside": "Who stepped outside",
    "tell_reporter": "Whoever reported may be told",
    "to_reporter": "What they are told beyond that",
    "disruption": "Risk of significant disruption",
    "no_follow_up_because": "Why nobody has to follow up",
    "text": "What it says",
    "who": "Who: a name or a badge",
    "agency": "For which agency",
    "told": "What the reporter was told",
    "given_by": "Who gave it",
    "relation": "What they are to the person",
    "document": "Where the signed paper lies",
    "address": "Their own mail address",
    "outcome": "What came of it",
    "given_at": "When it was given",
    "valid_until": "Until when it holds",
}


def of_content(content: type[BaseModel], asked: Asked, row: Row, values: Mapping[str, Any]) -> Fields:
    """A field for each of a content's that somebody may see and correct, with what is on record in it.

    Args:
        content: the content.
        asked: of what the form is made.
        row: the record.
        values: what is on record of each field that is asked for.
    """
    return tuple(
        replace(each, on_record=True)
        for name, value in values.items()
        for each in _asked(_Of(asked, row), name, content.model_fields[name], value)
    )


class _Of:
    """Of what the fields of a record are made: the form's, and the record."""

    def __init__(self, asked: Asked, row: Row) -> None:
        self.asked, self.row = asked, row

    def choices(self, name: str, value: Any) -> tuple[Option, ...] | None:
        """What there is to choose from in a field that holds codes or ids; None: it holds none."""
        made = _CHOSEN.get(name)
        if made is None:
            return None
        options = made(self)
        there = {each.value for each in options}
        # Whoever has left the team still stands where they stood.
        held = [value] if isinstance(value, str) else value or ()
        gone = [Option(each, self.asked.opened.whom(each)) for each in held if each and each not in there]
        return (*options, *gone)

    def sites(self) -> tuple[Option, ...]:
        sites = self.asked.opened.pack.sites
        return by_name(Option(code, each.name) for code, each in sites.items())

    def offices(self) -> tuple[Option, ...]:
        offices = self.asked.opened.pack.offices
        return by_name(Option(code, each.name) for code, each in offices.items())

    def criteria(self) -> tuple[Option, ...]:
        level = self.row.get("level")
        known = self.asked.opened.pack.levels[Level(level)].criteria if level else ()
        return tuple(Option(each.id, each.text) for each in known)

    def others_of_plan(self) -> tuple[Option, ...]:
        plan = self.row["plan_id"]
        rows = self.asked.opened.of("plan_actions", plan_id=plan) if plan else ()
        return tuple(Option(each["id"], each["content"]["what"]) for each in rows if each is not self.row)


def _kinds(_of: _Of) -> tuple[Option, ...]:
    return tuple(Option(each, capital(each)) for each in ("interview", "inquiry", "observation"))


#: what there is to choose from, by the name of the field
_CHOSEN: Mapping[str, Callable[[_Of], tuple[Option, ...]]] = {
    "owner": lambda of: of.asked.lasting,
    "present": lambda of: of.asked.everybody,
    "outside": lambda of: of.asked.everybody,
    "site": _Of.sites,
    "sites": _Of.sites,
    "office": _Of.offices,
    "taken_by": _Of.offices,
    "criteria": _Of.criteria,
    "conditions": lambda of: tuple(
        Option(code, each.title) for code, each in of.asked.opened.pack.conditions.items()
    ),
    "further_sites": _Of.sites,
    "unit": lambda of: by_name(Option(code, each.name) for code, each in of.asked.opened.pack.units.items()),
    "targets": lambda of: tuple(
        Option(each["id"], each["content"]["name"]) for each in of.asked.opened.of("targets")
    ),
    "after": _Of.others_of_plan,
    "status": lambda _of: tuple(Option(each, capital(words(each))) for each in ANSWERS),
}


def _asked(of: _Of, name: str, info: FieldInfo, value: Any) -> Iterator[Field | Group]:
    """The fields that ask for one of a content's: one, or one for each of its parts."""
    kind, long = _kind(info.annotation, info.metadata)
    unsaid = kind is bool and info.annotation is not bool
    needed = info.is_required() and kind is not bool
    origin, parts = get_origin(kind), get_args(kind)
    if name == "supports":
        # What supports a criterion stands with the criterion's words.
        for met in of.criteria():
            given = _texts((value or {}).get(met.value))
            yield Field(f"{name}.{met.value}", f"What supports it: {met.reads}", Ask.LINE, given=given)
    elif origin is dict:
        _, inner_long = _kind(parts[1], [])
        for key in _keys(parts[0]):
            label = capital(words(key))
            ask = Ask.PROSE if inner_long else Ask.LINE
            yield Field(f"{name}.{key}", label, ask, given=_texts((value or {}).get(key)))
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for part, each in kind.model_fields.items():
            for made in _asked(of, part, each, (value or {}).get(part)):
                yield replace(made, name=f"{name}.{made.name}", label=f"{_label(name)}: {words(part)}")
    elif origin is tuple:
        yield _list(of, name, parts[0], value or (), needed=needed)
    else:
        made = _one(of, name, kind, value, long=long, needed=needed)
        # What nobody said stays so, unless somebody says it now.
        yield replace(made, needed=False, empty=None) if unsaid else made


def _list(of: _Of, name: str, inner: Any, value: Any, *, needed: bool) -> Field | Group:
    kind, long = _kind(inner, [])
    chosen = None if long else of.choices(name, value)
    options = () if long else chosen or _codes(kind)
    # Where ids are chosen, an empty list of them is no reason to have them typed.
    if options or chosen is not None:
        return Field(name, _label(name), Ask.SEVERAL, "", options, needed, tuple(map(str, value)))
    if issubclass(kind, BaseModel):
        columns = tuple(
            made for part, each in kind.model_fields.items() for made in _asked(of, part, each, None)
        )
        begun = tuple(
            {
                made.name: made.given
                for part, each in kind.model_fields.items()
                for made in _asked(of, part, each, row.get(part))
                if isinstance(made, Field) and made.given
            }
            for row in value
        )
    else:
        columns = (Field("text", "What it says", Ask.PROSE if long else Ask.LINE),)
        begun = tuple({"text": (str(each),)} for each in value)
    fields = tuple(each for each in columns if isinstance(each, Field))
    return Group(name, _label(name), fields, begun=begun, needed=needed, under=_label(name))


def _one(of: _Of, name: str, kind: Any, value: Any, *, long: bool, needed: bool) -> Field:
    options = _kinds(of) if (name, value) == ("kind", of.row.get("kind")) and kind is str else None
    if not long:
        options = options or of.choices(name, value) or _codes(kind)
    if kind is bool:
        return Field(
            name,
            _label(name),
            Ask.ONE,
            "",
            yes_or_no(),
            needed=True,
            given=("yes" if value else "no",) if value is not None else (),
        )
    if options:
        empty = "" if kind is str else None
        return Field(name, _label(name), Ask.ONE, "", options, needed, _texts(value), empty=empty)
    if kind in (datetime, date):
        hint = _TYPED if kind is datetime else _A_DAY
        given = _texts(value and _spelled(of, kind, value))
        return Field(name, _label(name), Ask.LINE, hint, given=given, needed=needed, empty=None)
    ask = Ask.PROSE if long else Ask.LINE
    return Field(name, _label(name), ask, given=_texts(value), needed=needed)


def _spelled(of: _Of, kind: Any, value: str) -> str:
    if kind is datetime:
        at = of.asked.opened.when(datetime.fromisoformat(value))
        return at.spelled if at else ""
    return on_day(date.fromisoformat(value))


def _kind(annotation: Any, metadata: list[Any]) -> tuple[Any, bool]:
    """What a field holds, without how it is checked and without that it may be empty; whether it is long."""
    while True:
        origin, parts = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation, metadata = parts[0], [*metadata, *parts[1:]]
        elif origin in (Union, UnionType) and type(None) in parts:
            (annotation,) = (part for part in parts if part is not type(None))
        else:
            break
    if annotation is AwareDatetime:
        annotation = datetime
    checked = [each for each in metadata if isinstance(each, StringConstraints)]
    return annotation, any((each.max_length or 0) > _A_LINE for each in checked)


def _codes(kind: Any) -> tuple[Option, ...]:
    if kind is ReprisalWord:
        return tuple(Option(word, says) for word, says in WATCHED.items())
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple(Option(each, capital(words(each))) for each in kind)
    return ()


def _keys(kind: Any) -> list[str]:
    return [each.value for each in _codes(kind)]


def _texts(value: Any) -> tuple[str, ...]:
    return () if value in (None, "") else (str(value),)


def _label(name: str) -> str:
    return _CALLED.get(name) or capital(words(name))
