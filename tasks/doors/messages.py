"""What comes in at doors, read as reports: a tip line's JSON, an .eml file, a row of a CSV file.

What cannot be read as one raises :class:`~states.errors.BadInput`, whose message repeats nothing of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from states.casebook.tips import Incoming
from states.errors import BadInput
from states.policy import Pack
from states.records import Person, ReportContent, TakeOverContent
from states.vocabulary import Affiliation, Danger, IdentifierKind
from tasks.doors.registry import CsvFolderDoor, Door, MailFolderDoor, WebhookDoor

#: how long a text may be before the rest of it is only kept word for word
LONGEST_TEXT = 50_000

_Text = Annotated[str, StringConstraints(strip_whitespace=True)]


class _Shape(BaseModel):
    # A tip is not lost for a field that we do not know: it is kept word for word.
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class TipSubject(_Shape):
    """Whom a tip is about, as far as the sender knows."""

    name: _Text = ""
    campus_id: _Text = ""
    email: _Text = ""
    social_handle: _Text = ""
    other: _Text = ""
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

    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
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


def read_mail(name: str, door: MailFolderDoor, content: bytes, pack: Pack) -> Incoming:
    """Read an .eml file (RFC 5322): its subject and text are the report, its sender is the reporter.

    Args:
        name: the door's name.
        door: the door.
        content: the file.
        pack: the policy in force.

    Raises:
        BadInput: there is no text in it.
    """
    mail: Any = message_from_bytes(content, policy=policy.default)
    text = "\n\n".join(filter(None, (str(mail["Subject"] or "").strip(), _text_of(mail))))
    if not text:
        raise BadInput("This mail has no text. It is kept for a person.")
    sender, address = parseaddr(str(mail["From"] or ""))
    tip = TipMessage(
        id=(str(mail["Message-ID"] or "").strip() or sha256(content).hexdigest())[:200],
        text=text,
        received_at=_date_of(mail),
        reporter=TipReporter(name=_line(sender), email=_line(address)),
    )
    return _incoming(name, door, tip, content.decode("utf-8", "surrogateescape"), pack)


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


def read_reply(content: bytes) -> Reply | None:
    """Read a mail as a reply to an alert; None when it replies to nothing.

    Args:
        content: the file.
    """
    mail: Any = message_from_bytes(content, policy=policy.default)
    text = _text_of(mail)
    name, address = parseaddr(str(mail["From"] or ""))
    answered = f"{mail['In-Reply-To'] or ''} {mail['References'] or ''}".split()
    secrets = dict.fromkeys(_SECRET.findall(text))
    if not (answered or secrets) or not (name or address):
        return None
    said = {
        "who": _line(name or address),
        "agency": _line(address),
        "said": text[:LONGEST_TEXT].replace("\0", " "),
    }
    return Reply(
        tuple(answered[:20]), tuple(secrets)[:20], TakeOverContent.read(said), by_machine=_by_machine(mail)
    )


#: what follows the path of the page behind an alert's link
_SECRET = re.compile(r"/m/([0-9a-f]{64})\b")


#: how mail programs begin the subject of an absence notice, where they do not say in a header what it is
_ABSENT = re.compile(
    r"(automatic reply|auto[- ]?reply|autoresponse|out of (the )?office|away from (the )?office"
    r"|respuesta autom|abwesen|automatische antwort)",
    re.IGNORECASE,
)


def _by_machine(mail: Any) -> bool:
    """Whether nobody wrote a mail: an absence notice or a bounce (RFC 3834, RFC 3462)."""
    submitted = str(mail["Auto-Submitted"] or "no").strip().casefold()
    precedence = str(mail["Precedence"] or "").strip().casefold()
    return (
        submitted != "no"
        or precedence in ("auto_reply", "bulk", "junk", "list")
        or any(mail[name] is not None for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
        or bool(_ABSENT.match(str(mail["Subject"] or "").strip()))
        or mail.get_content_type() == "multipart/report"
        or str(mail["Return-Path"] or "").strip() == "<>"
    )


def _text_of(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, ValueError):
        # An encoding that nobody knows: what can be read of it is read, the rest is kept word for word.
        payload = body.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return _without_tags(text) if body.get_content_type() == "text/html" else text.strip()


class _Letters(HTMLParser):
    """Collects the text of an HTML document."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over what no reader sees."""
        del attrs
        self._hidden += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        """See the end of what no reader sees."""
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        """Collect a text."""
        if self._hidden <= 0:
            self.text.append(data)


def _without_tags(html: str) -> str:
    letters = _Letters()
    letters.feed(html)
    return "\n".join(filter(None, (line.strip() for line in "".join(letters.text).splitlines())))


def _date_of(mail: EmailMessage) -> datetime | None:
    try:
        sent = parsedate_to_datetime(str(mail["Date"]))
    except ValueError:
        return None
    return sent if sent.tzinfo is not None else sent.replace(tzinfo=UTC)


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
                "affiliations": tip.subject.affiliations or (Affiliation.UNKNOWN,),
                "site": tip.site if tip.site in pack.sites else door.site,
            },
        }
    )
    answerable = isinstance(door, WebhookDoor) and bool(door.answer_url)
    return Incoming(name, tip.id, report, raw, tip.received_at, answerable)


def _line(text: str) -> str:
    """A text as one line, no longer than a line may be; all of it is kept word for word elsewhere."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
