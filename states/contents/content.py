"""What every sealed content is made of: lines, prose, dates, people and how they are identified."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Annotated, Any, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from states.calendar import moments
from states.calendar.moments import Here
from states.errors import BadContent, BadInput
from states.vocabulary.people import IdentifierKind


def _printable(text: str) -> str:
    if "\0" in text:
        message = "holds a NUL character, which cannot be kept; remove it"
        raise ValueError(message)
    return text


def _one_line(text: str) -> str:
    if any(ord(character) < ord(" ") for character in text):
        message = "is to be one line without control characters"
        raise ValueError(message)
    return text


#: one line: a name, a phone number, a place
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=300),
    AfterValidator(_printable),
    AfterValidator(_one_line),
]

#: free text
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=100_000), AfterValidator(_printable)
]

#: free text that may not be empty
Statement = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100_000),
    AfterValidator(_printable),
]


#: what pydantic calls a time that could not be read as it was typed
_TYPED = "typed"


def typed(read: Callable[[str, str, Here], datetime | date]) -> BeforeValidator:
    """Take a time as people type it, where it is known where and when they do."""

    def check(value: object, info: ValidationInfo) -> object:
        here = (info.context or {}).get("here")
        if not (isinstance(value, str) and here):
            return value
        try:
            return read(value, info.field_name or "it", here)
        except BadInput as error:
            raise PydanticCustomError(_TYPED, "{said}", {"said": str(error)}) from None

    return BeforeValidator(check)


#: by when something is due, in the time zone of whoever typed it; a day alone means its end
Due = Annotated[datetime, typed(moments.by)]

#: a day
Day = Annotated[date, typed(moments.day)]

#: a day that has been
PastDay = Annotated[date, typed(lambda text, what, here: moments.day(text, what, here, past=True))]


class Content(BaseModel):
    """Base of every content."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def read(cls, given: object, here: Here | None = None) -> Self:
        """Read what somebody gave.

        Args:
            given: the fields.
            here: where and when it was typed, so that times may be written as people do; None: ISO 8601.

        Raises:
            BadContent: it does not fit; names each field and what is wrong, never what was given.
        """
        try:
            return cls.model_validate(given, context={"here": here})
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False)
            problems = "; ".join(_problem(cls, each) for each in found)
            at = {".".join(map(str, each["loc"])): _said_of(each) for each in found}
            typed_wrong = next((each["msg"] for each in found if each["type"] == _TYPED), None)
        if typed_wrong is not None:
            raise BadContent(typed_wrong, at)
        message = f"This does not fit ({problems}). Nothing was written: correct it and give it again."
        raise BadContent(message, at)


def _said_of(error: Any) -> str:
    said = str(error["msg"]).removeprefix("Value error, ")
    return said if error["type"] == _TYPED else f"{said[:1].upper()}{said[1:]}."


def _problem(content: type[BaseModel], error: Any) -> str:
    # A key that does not belong may be personal data itself, so only its place is told.
    if error["type"] == "extra_forbidden":
        place = ".".join(str(part) for part in error["loc"][:-1]) or "the whole"
        known = ", ".join(_fields_at(content, error["loc"][:-1]))
        return f"{place} has a field that does not belong there; those that do are {known}"
    # Nor is the key of an entry told whose key is wrong.
    loc = error["loc"][:-2] if error["loc"][-1:] == ("[key]",) else error["loc"]
    place = ".".join(str(part) for part in loc) or "the whole"
    if error["type"] in {"model_type", "dict_type"}:
        return f"{place} is to be a JSON object, in braces"
    if error["type"] == "missing":
        return f"{place} is missing"
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"


class Identifier(Content):
    """One more identifier of somebody: a second mailbox, a second car."""

    kind: IdentifierKind
    value: Line


def _fields_at(content: type[BaseModel], place: tuple[str | int, ...]) -> Iterable[str]:
    """The names of the fields that belong at a place of a content."""
    model = content
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            model = next(_models_in(model.model_fields[part].annotation), model)
    return model.model_fields


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


class Person(Content):
    """Somebody who can be called back."""

    name: Line = ""
    phone: Line = ""
    email: Line = ""
