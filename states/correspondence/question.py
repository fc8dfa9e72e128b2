"""A question to a source, the same from the casebook to the far side."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid", hide_input_in_errors=True))
class Question:
    """What a case asks a source; who asks gives all that is known, and the source is told the least of it.

    Args:
        id: opaque, and the same for each repetition: what a far side takes as an idempotency key.
        kind: what the question is about.
        identifiers: what the subject is to be found by.
        purpose: what the answer is for; no personal data.
        basis: what permits the look-up.
        requester: who had it asked: a member's id, which names nobody outside the team.
        case_number: the case's number; opaque to the source.
        now: when the question is asked, in UTC.
        urgent: whether it goes before others.
        ticket: what the source answered *pending* with before; empty: the question is new.
    """

    id: str
    kind: SourceKind
    identifiers: Mapping[IdentifierKind, str] = field(repr=False)
    purpose: str
    basis: LegalBasis
    requester: str
    case_number: str
    now: datetime
    urgent: bool = False
    ticket: str = field(default="", repr=False)
