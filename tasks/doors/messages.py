"""What comes in at doors, read as reports: a tip line's JSON, an .eml file, a row of a CSV file.

What cannot be read as one raises :class:`~states.errors.BadInput`, whose message repeats nothing of it.
"""

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from states.casebook.intake.tips import Incoming
from states.casebook.record.files import Enclosed
from states.contents.closing import TakeOverContent
from states.contents.content import Person
from states.contents.reports import ReportContent
from states.errors import BadInput
from states.policy.pack import Pack
from states.vocabulary.danger import Danger
from states.vocabulary.people import Affiliation, IdentifierKind
from tasks.doors.letters import Letter
from tasks.doors.registry import CsvFolderDoor, Door, MailFolderDoor, WebhookDoor

#: how long a text may be before the rest of it is only kept word for word
LONGEST_TEXT = 50_000

#: bytes that a file may have to be kept as one, and how many of one mail are; the mail itself is kept anyway
LARGEST_FILE = 5_000_000
MOST_FILES = 50

#: years that a time of receipt may lie in
YEARS = range(1970, 9999)

#: how long the name may be that a sender knows a report by
LONGEST_ID = 200

_Text = Annotated[str, StringConstraints(strip_whitespace=True)]


class _Shape(BaseModel):
    # A tip is not lost for a field that we do not know: it is kept word for word.
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class TipSubject(_Shape):
    """Whom a tip is about, as far as the sender knows."""

    name: _Text = ""
    campus_id: _Text = ""
    email: _Text = ""
    phone: _Text = ""
    social_handle: _Text = ""
    other: _Text = ""
    unit: _Text = ""
    affiliations: tuple[Affiliation, ...] = ()


class TipReporter(_Shape):
    """Who gave a tip, when they want to be known."""

    name: _Text = ""
    phone: _Text = ""
    email: _Text = ""


class TipMessage(_Shape):
    """A tip as a tip line posts it.

    Args:
        id: what the tip line knows it by; the same tip posted again is taken once.
        text: what was said.
        received_at: when the tip line took it, with its time zone.
        occurred_on: the day it is about.
        site: code of the site it is about; empty or unknown: the door's.
        subject: whom it is about.
        reporter: who gave it.
        imminent: whether the danger is imminent: the police are alerted at once.
        dangers: what makes it an emergency.
        threatened_for: the day that a threat is for.
    """

    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_ID)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    received_at: AwareDatetime | None = None
    occurred_on: date | None = None
    site: str = ""
    subject: TipSubject = TipSubject()
    reporter: TipReporter = TipReporter()
    imminent: bool = False
    dangers: tuple[Danger, ...] = ()
    threatened_for: date | None = None


def read_tip(name: str, door: WebhookDoor, content: bytes, pack: Pack) -> Incoming:
    """Read a tip that a tip line posted (M-01).

    Args:
        name: the door's name.
        door: the door.
        content: JSON.
        pack: the policy in force, which knows the sites.

    Raises:
        BadInput: it is not a tip.
    """
    try:
        tip = TipMessage.model_validate_json(content)
    except ValidationError as error:
        wrong = {".".join(str(part) for part in each["loc"]) or "the whole" for each in error.errors()}
        known = ", ".join(sorted(wrong & _FIELDS)) or "the whole"
    else:
        return _incoming(name, door, tip, content.decode("utf-8", "replace"), pack)
    raise BadInput(f"This is no tip: look at {known}. Nothing was taken in.")


#: the fields whose names may be repeated: they are ours
_FIELDS = frozenset(TipMessage.model_fields) | {"the whole"}


def read_mail(name: str, door: MailFolderDoor, letter: Letter, content: bytes, pack: Pack) -> Incoming:
    """Make a report of a mail: its subject and text are the report, its sender is the reporter.

    Whoever wrote a mail that is passed on inside it is kept beside them, and its files become the report's.

    Args:
        name: the door's name.
        door: the door.
        letter: what the mail says.
        content: the mail, word for word.
        pack: the policy in force.

    Raises:
        BadInput: there is no text in it.
    """
    text = "\n\n".join(filter(None, (letter.subject, letter.text)))
    files = tuple(Enclosed(each.name, each.media_type, b64decode(each.data)) for each in letter.files)
    kept = [file for file in files if len(file.data) <= LARGEST_FILE][:MOST_FILES]
    if files:
        text = "\n\n".join(filter(None, (text, _told_of(files, kept))))
    if not text:
        raise BadInput("This mail has no text. It is kept for a person.")
    digest = sha256(content).hexdigest()
    tip = TipMessage(
        id=letter.id if 0 < len(letter.id) <= LONGEST_ID else digest,
        text=text,
        received_at=datetime.fromisoformat(letter.sent_at) if letter.sent_at else None,
        reporter=TipReporter(name=_line(letter.name), email=_line(letter.address)),
    )
    incoming = _incoming(name, door, tip, content.decode("utf-8", "surrogateescape"), pack)
    wrote = Person(name=_line(letter.wrote[0]), email=_line(letter.wrote[1]))
    said = "\n".join((incoming.said, *(file.digest for file in files)))
    return replace(
        incoming,
        report=incoming.report.model_copy(update={"other_contact": wrote}),
        said=sha256(said.encode()).hexdigest(),
        dated=letter.date,
        vouched=False,
        answers=letter.answered,
        numbers=letter.numbers,
        files=tuple(kept),
    )


def _told_of(files: Sequence[Enclosed], kept: Sequence[Enclosed]) -> str:
    """What came with a mail, as whoever reads the report is told."""
    lines = [
        f"- {file.name or 'without a name'} ({file.media_type}, {len(file.data):,} bytes)"
        + ("" if file in kept else ": only in the mail itself, which is kept word for word")
        for file in files
    ]
    return "\n".join(("[Files that came with this mail]", *lines))


@dataclass(frozen=True, slots=True)
class Reply:
    """What may be a reply to an alert.

    Args:
        answered: Message-IDs that the mail says it answers.
        secrets: what stands in it that may be an alert's secret.
        content: who replied, and what they said.
        by_machine: whether nobody wrote it: an absence notice takes nothing over.
    """

    answered: tuple[str, ...]
    secrets: tuple[str, ...]
    content: TakeOverContent
    by_machine: bool


def read_reply(letter: Letter) -> Reply | None:
    """Read a mail as a reply to an alert; None when it replies to nothing.

    Args:
        letter: what the mail says.
    """
    secrets = dict.fromkeys(_SECRET.findall(letter.text))
    who = _line(letter.name) or _line(letter.address)
    if not (letter.answered or secrets) or not who:
        return None
    said = {"who": who, "agency": _line(letter.address), "said": letter.text[:LONGEST_TEXT]}
    content = TakeOverContent.read(said)
    return Reply(letter.answered[:20], tuple(secrets)[:20], content, by_machine=letter.by_machine)


#: what follows the path of the page behind an alert's link
_SECRET = re.compile(r"/m/([0-9a-f]{64})\b")


def read_row(name: str, door: CsvFolderDoor, row: Mapping[str, str], pack: Pack) -> Incoming:
    """Read a row of a CSV file.

    Args:
        name: the door's name.
        door: the door, whose columns say where each field stands.
        row: the row's cells by column.
        pack: the policy in force.

    Raises:
        BadInput: it says nothing, or a date in it is none.
    """
    columns = door.columns.model_dump(exclude_defaults=True)
    given = {field: row.get(column, "").strip() for field, column in columns.items()}
    written = "\n".join(f"{column}: {cell}" for column, cell in row.items())
    try:
        tip = TipMessage.model_validate(_as_tip(given, written))
    except ValidationError:
        pass
    else:
        return _incoming(name, door, tip, written, pack)
    raise BadInput("This row says nothing, or a date in it is none. It is kept for a person.")


def _as_tip(given: Mapping[str, str], written: str) -> dict[str, Any]:
    return {
        "id": given.get("id") or sha256(written.encode("utf-8", "surrogatepass")).hexdigest(),
        "text": given.get("text", ""),
        "received_at": given.get("received_at") or None,
        "occurred_on": given.get("occurred_on") or None,
        "site": given.get("site", ""),
        "subject": {
            "name": given.get("name", ""),
            "campus_id": given.get("campus_id", ""),
            "email": given.get("email", ""),
            "phone": given.get("phone", ""),
            "unit": given.get("unit", ""),
            "other": given.get("place", ""),
        },
        "reporter": {
            "name": given.get("reporter_name", ""),
            "phone": given.get("reporter_phone", ""),
            "email": given.get("reporter_email", ""),
        },
    }


def _incoming(name: str, door: Door, tip: TipMessage, raw: str, pack: Pack) -> Incoming:
    known = {
        IdentifierKind.CAMPUS_ID: _line(tip.subject.campus_id),
        IdentifierKind.EMAIL: _line(tip.subject.email),
        IdentifierKind.PHONE: _line(tip.subject.phone),
        IdentifierKind.SOCIAL_HANDLE: _line(tip.subject.social_handle),
    }
    report = ReportContent.read(
        {
            "behaviour_of_concern": tip.text[:LONGEST_TEXT].replace("\0", " "),
            "channel": door.channel,
            "occurred_on": tip.occurred_on,
            "imminent": tip.imminent,
            "dangers": tip.dangers,
            "threatened_for": tip.threatened_for,
            # What another system passes on is not what its sender saw (W-36).
            "own_observation": False,
            "reporter": Person(
                name=_line(tip.reporter.name),
                phone=_line(tip.reporter.phone),
                email=_line(tip.reporter.email),
            ),
            "subject": {
                "name": _line(tip.subject.name),
                "other_identification": _line(tip.subject.other),
                "identifiers": {kind: value for kind, value in known.items() if value},
                # A unit that the policy does not know is no reason to lose a tip.
                "unit": tip.subject.unit if tip.subject.unit in pack.units else "",
                "affiliations": tip.subject.affiliations or (Affiliation.UNKNOWN,),
                "site": tip.site if tip.site in pack.sites else door.site,
            },
        }
    )
    answerable = isinstance(door, WebhookDoor) and bool(door.answer_url)
    # A year that no clock shows is no time of receipt.
    received_at = tip.received_at if tip.received_at and tip.received_at.year in YEARS else None
    # When it was sent says nothing new of what happened, and neither do fields that a later version adds.
    said = tip.model_dump_json(exclude={"id", "received_at"}, exclude_defaults=True)
    return Incoming(
        name,
        tip.id,
        report,
        raw,
        received_at,
        answerable,
        said=sha256(said.encode("utf-8", "surrogatepass")).hexdigest(),
        dated="" if tip.received_at is None else tip.received_at.isoformat(),
    )


def _line(text: str) -> str:
    """A text as one line, no longer than a line may be; all of it is kept word for word elsewhere."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
