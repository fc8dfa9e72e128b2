"""What the software itself writes down: what came in, what leaves, what is still to be told.

Nobody typed any of it, so it is kept as it is, to the letter: what was sealed opens for ever.
"""

from typing import Annotated, Any

from pydantic import Field, SkipValidation

from states.contents.content import Content

#: text as it came, also with bytes in it that are no text (as surrogates)
Verbatim = Annotated[str, SkipValidation]


class AttachmentContent(Content):
    """A file: the court's own paper, or what came with a report or an answer."""

    #: its bytes, in Base64; of one that lies elsewhere: empty
    data: Verbatim = Field(default="", repr=False)
    #: the key that it opens with where it lies, in Base64
    key: Verbatim = Field(default="", repr=False)
    #: what whoever sent it calls it; empty: it has no name, or one that nothing tells
    name: Verbatim = Field(default="", repr=False)
    #: its SHA-256, in hexadecimal digits; of one that was attached before that was kept: empty
    digest: Verbatim = ""


class TipContent(Content):
    """A tip as the tip line sent it."""

    #: what the tip line knows it by
    external_id: Verbatim
    raw: Verbatim = Field(repr=False)
    #: the digest of what it says, by which the same tip is known again; of one taken in before that: empty
    said: Verbatim = ""
    #: when its sender says that it was sent, as it stands there
    dated: Verbatim = ""
    #: by what it joined its case: ``same_id``, ``reply`` or ``number``; empty: by whom it is about
    joined_by: Verbatim = ""


class LogEntryContent(Content):
    """A row of an imported log: its text, and what was made of it."""

    #: the columns, by the log's heading; none: it could not be read
    fields: dict[Verbatim, Verbatim] = Field(default_factory=dict)
    #: the columns that the log's format names, by what they say; of what an earlier release took in: none
    said: dict[Verbatim, Verbatim] = Field(default_factory=dict)
    raw: Verbatim
    #: why it was judged so, in words
    sentence: Verbatim = ""
    #: what is odd about its times, or about how it was read; empty: nothing
    doubt: Verbatim = ""
    #: whether it says that it changes an earlier row of its number
    amends: bool = False
    #: what it says otherwise than the version before it; empty: it is the first
    changed: Verbatim = ""
    #: why it was set aside, or its import taken back; empty: it was not
    withdrawn: Verbatim = ""


class NoticeContent(Content):
    """A message to one recipient, before it is worded."""

    #: a mail address, or an apprise URL
    address: Verbatim
    #: what its template is given
    context: dict[str, Any] = Field(default_factory=dict)
    #: what a calendar knows the entry by that it is an invitation to; empty: it is none
    invite: Verbatim = ""
    #: how often that entry was moved or called off; of one written before that was counted: 0
    sequence: int = 0


class CallContent(Content):
    """A reporter whom no message reaches, and what they may be told."""

    say: Verbatim
    name: Verbatim = ""
    phone: Verbatim = ""


class ToldFact(Content):
    """One fact as a source told it."""

    name: Verbatim
    value: Verbatim
    kind: Verbatim = ""
    observed_at: Verbatim | None = None


class AnswerContent(Content):
    """What a source answered; nothing, as long as it has not."""

    facts: tuple[ToldFact, ...] = ()
    #: of when the source's data is, ISO 8601; empty: it does not say
    as_of: Verbatim = ""
    #: what the source knows the question by; empty: it gave nothing
    ticket: Verbatim = ""
    #: when it was erased because its source lets nobody keep it longer, ISO 8601
    erased_at: Verbatim | None = None


class SaidOfConflict(Content):
    """Why somebody was kept out of a case or let back in: one decision."""

    at: Verbatim
    by: Verbatim
    text: Verbatim
    status: Verbatim


class ConflictContent(Content):
    """What was said of a member's conflict of interest, oldest first."""

    said: tuple[SaidOfConflict, ...] = ()
