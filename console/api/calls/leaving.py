"""What leaves a case: through the gate, on a basis, on record; and whom to phone."""

from typing import Annotated, Any

from pydantic import Field

from console.api.call import Call
from states.access import Actor
from states.casebook import Casebook
from states.casebook.closing import calls
from states.casebook.disclosing import across, consents, disclosures, releases
from states.contents.content import Content, Line
from states.gate import Outgoing
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.programs import Scope
from states.vocabulary.sources import LegalBasis

#: a code for a recipient; never a person's name
Recipient = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")]


class Leaving(Content):
    """Something that is to leave: to whom, and what permits it."""

    to: RecipientKind
    recipient: Recipient
    basis: LegalBasis
    through: Line = ""


class Telling(Leaving):
    """What is to be told, besides."""

    what: tuple[Disclosed, ...] = Field(min_length=1)
    purpose: Purpose = Purpose.NOTICE


def tell(
    book: Casebook, number: str, telling: Telling, *, by: Actor, because: str, asked_by: str = ""
) -> None:
    """Ask the gate, and put on record, before somebody is told something."""
    outgoing = Outgoing(
        telling.to,
        telling.recipient,
        telling.purpose,
        telling.basis,
        frozenset(telling.what),
        telling.through,
    )
    disclosures.tell(book, number, outgoing, by=by, because=because, asked_by=asked_by)


def export(
    book: Casebook, number: str, leaving_for: Leaving, *, by: Actor, because: str, asked_by: str = ""
) -> dict[str, Any]:
    """Give a whole case file out, through the gate."""
    what = frozenset({Disclosed.CASE_FILE})
    outgoing = Outgoing(
        leaving_for.to, leaving_for.recipient, Purpose.EXPORT, leaving_for.basis, what, leaving_for.through
    )
    return disclosures.export(book, number, outgoing, by=by, because=because, asked_by=asked_by)


CALLS = (
    Call(
        "GET /disclosures",
        across.across,
        "What was told across the cases, and what was refused, newest first; all, or to one kind alone.",
    ),
    Call(
        "GET /cases/{number}/disclosures",
        disclosures.of_person,
        "What was told of a person, and what was refused, in whichever case.",
    ),
    Call(
        "POST /cases/{number}/disclosures",
        tell,
        "Ask the gate before you tell somebody something; a refusal is on record, too.",
    ),
    Call("POST /cases/{number}/consents", consents.record, "Put a consent on record."),
    Call(
        "POST /cases/{number}/consents/{consent_id}/revocation",
        consents.revoke,
        "Put on record that a consent was taken back.",
    ),
    Call(
        "POST /cases/{number}/determinations",
        disclosures.determine,
        "Determine a health or safety emergency, as a named official.",
    ),
    Call(
        "POST /cases/{number}/exports",
        export,
        "Give a whole case file out, for a court, a prosecutor or the police.",
        scope=Scope.GRAVE,
        shown=dict,
    ),
    Call("POST /cases/{number}/releases", releases.draft, "Draft the very text that is to be told outside."),
    Call("GET /releases", releases.to_clear, "The texts that wait for the word of your office."),
    Call(
        "POST /releases/{release_id}/word",
        releases.clear,
        "Agree to a text for your office, or decline it.",
        shown=lambda status: {"status": status},
    ),
    Call(
        "POST /releases/{release_id}/telling",
        releases.tell,
        "Put on record that a cleared text is told; gives its very words.",
        gives="text",
    ),
    Call("GET /calls", calls.to_make, "Reporters whom no message reaches, and what they may be told."),
    Call("POST /cases/{number}/calls/{call_id}", calls.made, "Put on record what came of a call."),
)
