"""What a message may know, and nothing else: no name, no narrative, no record has a field here.

A context has two parts. Its own fields are fit for any channel: a case number, a link and what is asked of
the recipient (call, come, by when). Its ``detail`` is for the team's own channels only, and
:func:`notifications.messages.rendering.render` never lets a template of another channel see it (W-39).
"""

import re
from types import NoneType
from typing import Annotated, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict

from states.calendar.zoned import ZonedTime

#: control characters, lone surrogates (not encodable) and the marks that turn the reading direction around
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_LINK = re.compile(r"https?://[^\s<>\"'\\\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def one_line(value: str) -> str:
    """Make one printable line of any text: control characters and line breaks become single spaces.

    Args:
        value: any text, of any length.
    """
    return " ".join(_UNPRINTABLE.sub(" ", value).split())


def _line(value: str) -> str:
    line = one_line(value)
    if not line:
        raise ValueError("must not be empty")
    return line


def _link(value: str) -> str:
    if not _LINK.fullmatch(value):
        raise ValueError("must be one http:// or https:// address")
    return value


#: a few words on one line; whatever would break out of a line is taken away
Line = Annotated[str, AfterValidator(_line)]
#: where the recipient goes on reading, behind a sign-in
Link = Annotated[str, AfterValidator(_link)]


class Detail(BaseModel):
    """What only the team's own channels may carry; one subclass for each kind of message."""

    # hide_input_in_errors: a validation error is logged by whoever catches it
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def optional(cls) -> list[str]:
        """Name the fields that may be empty: templates have to ask before they use them."""
        return [name for name, field in cls.model_fields.items() if NoneType in get_args(field.annotation)]


class Context(BaseModel):
    """Everything one message is made from."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    #: the institution whose team is writing
    institution: Line
    #: the number that reaches whoever is on duty for the team, day or night (U-12)
    phone: Line
    #: the page to open
    link: Link
    #: the case, or nothing for the team's own business
    case_number: Line | None = None
    #: when the recipient is asked to be there or to have acted, in the time zone of the site
    when: ZonedTime | None = None
    #: whether the recipient should drop everything else (W-30)
    urgent: bool = False
    #: what only the team's own channels may carry
    detail: Detail
