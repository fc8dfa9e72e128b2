"""One call of the API: a casebook function at an address, whose own signature says what it takes and gives.

What stands in the address, what a program sends, what it may ask for and whether it has to say which version
of a case it saw is read from the function: there is no second list of its fields.
"""

import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import cached_property, reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import Field, TypeAdapter, create_model

from states.calendar import moments
from states.casebook.protecting.attachments import Document
from states.casebook.record.evidence import Opened
from states.contents.content import Content, Line, Prose, typed
from states.files.arriving import Arrived
from states.vocabulary.programs import Scope

#: parameters that nobody sends: who acts, which version they saw, what pages of lists are made of, and where
#: the installation keeps what is in no database
OURS = ("by", "expected", "after", "limit", "on_record", "leaving", "settings")

#: parameters in which people write in sentences
PROSE = ("because", "comment", "note", "text", "report", "asked_by", "waived_because")

#: a moment; programs name its time zone, else it is that of the institution
Moment = Annotated[datetime, typed(moments.moment)]

#: how many a page of a list has
PageSize = Annotated[int, Field(ge=1, le=200)]

Parameters = Mapping[str, tuple[Any, Any]]


class Reach(Enum):
    """For whom there is the case that a call names, before anything else of the call is looked at."""

    #: whoever may open it
    READERS = auto()
    #: whoever has something to see to in it, as well: an action, say, or an alarm
    OWNERS = auto()
    #: the function itself says: an emergency is nobody's alone
    ANYBODY = auto()


@dataclass(frozen=True)
class Call:
    """A call.

    Args:
        at: its method and address, as in ``POST /cases/{number}/notes``; names in it are the function's.
        does: the casebook function.
        says: what it does, as a sentence.
        gives: what a single value that it gives is called in the answer.
        scope: what a token has to be for; None: to read, or to write.
        reach: for whom there is the case that its address names.
        shown: makes of what the function gives what is answered; None: as it is.
        key: by what a list is ordered, which never changes of an item; None: it is short, and comes whole.
        example: what is sent, where the document is to show something else than what fits anywhere.
    """

    at: str
    does: Callable[..., Any]
    says: str
    gives: str = "id"
    scope: Scope | None = None
    reach: Reach = Reach.READERS
    shown: Callable[[Any], Any] | None = None
    key: Callable[[Any], list[str]] | None = None
    example: Callable[[], Mapping[str, Any]] | None = None

    @cached_property
    def method(self) -> str:
        """Its HTTP method."""
        return self.at.partition(" ")[0]

    @cached_property
    def path(self) -> str:
        """Its address below the API's."""
        return self.at.partition(" ")[2]

    @cached_property
    def name(self) -> str:
        """Its name, one of its own."""
        words = re.sub(r"[{}]", "", self.path).replace("-", "_").strip("/").split("/")
        return "_".join((self.method.lower(), *words))

    @property
    def writes(self) -> bool:
        """Whether it writes, besides that somebody read."""
        return self.method == "POST" and self.needs is not Scope.READ

    @property
    def needs(self) -> Scope:
        """What a token has to be for."""
        return self.scope or (Scope.READ if self.method == "GET" else Scope.WRITE)

    @property
    def about_case(self) -> bool:
        """Whether its address names a case."""
        return "{number}" in self.path

    @cached_property
    def takes(self) -> Parameters:
        """What the function takes of whoever calls, with what is taken when nothing is sent."""
        hints = get_type_hints(self.does, include_extras=True)
        given = list(inspect.signature(self.does).parameters.values())[1:]
        return {
            each.name: (hints[each.name], ... if each.default is inspect.Parameter.empty else each.default)
            for each in given
            if each.name not in OURS
        }

    @cached_property
    def decides(self) -> bool:
        """Whether it decides on what somebody saw, so that they have to say which version that was."""
        return "expected" in inspect.signature(self.does).parameters

    @cached_property
    def has_settings(self) -> bool:
        """Whether the function works with what lies in the data folder, so that it is told where that is."""
        return "settings" in inspect.signature(self.does).parameters

    @cached_property
    def has_limit(self) -> bool:
        """Whether the function gives a part of its list alone, unless it is asked for more."""
        return "limit" in inspect.signature(self.does).parameters

    @cached_property
    def gives_nothing(self) -> bool:
        """Whether the function only does something."""
        return get_type_hints(self.does)["return"] is type(None)

    @cached_property
    def gives_file(self) -> bool:
        """Whether the function gives a file, as the bytes that it is."""
        return get_type_hints(self.does)["return"] in (Document, Opened)

    @cached_property
    def in_path(self) -> tuple[str, ...]:
        """The names in its address."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @cached_property
    def raw(self) -> str:
        """The parameter that is sent as the bytes that it is; empty: none is."""
        return next((name for name, (kind, _) in self.takes.items() if kind in (bytes, Arrived)), "")

    @cached_property
    def arrives(self) -> bool:
        """Whether those bytes are taken as they come, and are in memory nowhere as a whole."""
        return any(kind is Arrived for kind, _ in self.takes.values())

    @cached_property
    def alone(self) -> str:
        """The parameter that is a content and all that is sent; empty: it is not like that."""
        sent = [name for name in self.takes if name not in self.in_path]
        if len(sent) != 1 or self.method == "GET":
            return ""
        kind = self.takes[sent[0]][0]
        return sent[0] if inspect.isclass(kind) and issubclass(kind, Content) else ""

    @cached_property
    def asks(self) -> type[Content]:
        """What stands in the query: codes and numbers, and nothing that people write: logs keep it."""
        pages = {} if self.key is None else {"cursor": (Line, ""), "limit": (PageSize, 50)}
        of_function = self._sent() if self.method == "GET" else {}
        return self._model("Query", {**of_function, **pages})

    @cached_property
    def heads(self) -> Mapping[str, str]:
        """The headers in which stands what is sent beside bytes, and which field each is."""
        return {f"Tat-{name.title().replace('_', '-')}": name for name in self._sent()} if self.raw else {}

    @cached_property
    def beside(self) -> type[Content]:
        """What is sent beside bytes."""
        return self._model("Beside", self._sent() if self.raw else {})

    @cached_property
    def sends(self) -> type[Content] | None:
        """What is sent as JSON; None: nothing, or bytes."""
        if self.method == "GET" or self.raw:
            return None
        if self.alone:
            model: type[Content] = self.takes[self.alone][0]
            return model
        return self._model("Body", self._sent())

    @cached_property
    def answers(self) -> TypeAdapter[Any]:
        """What the function gives, as JSON has it."""
        kind: Any = Any if self.shown else get_type_hints(self.does)["return"]
        return TypeAdapter(kind)

    @cached_property
    def gives_value(self) -> bool:
        """Whether the function gives a single value, which needs a name in the answer."""
        return self.shown is None and get_type_hints(self.does)["return"] in (str, int, bool, datetime)

    @cached_property
    def gives_list(self) -> bool:
        """Whether the function gives a list."""
        return get_origin(get_type_hints(self.does)["return"]) in (list, Sequence)

    def _sent(self) -> dict[str, tuple[Any, Any]]:
        return {
            name: (_as_sent(name, kind), _default(default))
            for name, (kind, default) in self.takes.items()
            if name not in self.in_path and name != self.raw
        }

    def _model(self, what: str, fields: Mapping[str, Any]) -> type[Content]:
        name = "".join(word.title() for word in self.name.split("_"))
        made: type[Content] = create_model(f"{name}{what}", __base__=Content, **fields)
        return made


def _default(default: object) -> object:
    return tuple(default) if isinstance(default, list | tuple | set | frozenset) else default


def _as_sent(name: str, kind: Any) -> Any:
    """A parameter's type as it is read from what comes in: bounded, and nothing in it that cannot be kept."""
    if kind is str:
        return Prose if name in PROSE else Line
    if kind is datetime:
        return Moment
    return _made_of(name, get_origin(kind), get_args(kind)) or kind


def _made_of(name: str, origin: Any, parts: Sequence[Any]) -> Any:
    if origin in (Collection, Sequence):
        return GenericAlias(tuple, (_as_sent(name, parts[0]), ...))
    if origin is Mapping:
        return GenericAlias(dict, (Line, Prose if parts[1] is str else Any))
    if origin in (Union, UnionType):
        return reduce(or_, (_as_sent(name, part) for part in parts))
    return None
