"""How a call is carried out: who comes in, whether they may, what they sent, and what they are answered."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from console.api import problems, strictly
from console.api.call import Call, Reach
from console.api.cursors import Reader
from states.access import Actor
from states.calendar.moments import Here
from states.casebook import Casebook
from states.casebook.accounts import answered
from states.casebook.accounts.answered import Answer, Sent
from states.casebook.accounts.tokens import Bearer
from states.casebook.landing.numbers import with_own
from states.casebook.protecting.attachments import Document
from states.casebook.reading import overview
from states.casebook.record import evidence
from states.casebook.record.evidence import Opened
from states.contents.content import Content
from states.errors import BadInput, TatError, UnknownRecord
from states.files.arriving import Arrived
from states.settings import Settings

#: what is looked through of a list that the casebook gives whole
WHOLE_LIST = 100_000

#: a version of a case as an entity tag; a weak one, or any case at all, says nothing of what somebody saw
_TAG = re.compile(r'"(\d{1,9})"')

#: a key of a call, as draft-ietf-httpapi-idempotency-key-header has it (an RFC 8941 string), or a bare one
_KEY = re.compile(r'"[\x20\x21\x23-\x5b\x5d-\x7e]{1,255}"|[A-Za-z0-9._~-]{1,255}')

JSON = {"Content-Type": "application/json"}

#: of what kind files are said to be that somebody sent: no browser is to make anything of them
BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class File(Answer):
    """A file, as the bytes that it is."""

    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed(Answer):
    """A file that is given as it is read, as the bytes that it is."""

    file: Opened = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came in.

    Args:
        path: what the names in its address stand for.
        query: what stands in its query, by name.
        head: what stands in the headers of ours, by field; percent-encoded (RFC 3986), as UTF-8.
        content: its content.
        key: its idempotency key; empty: none.
        seen: the version of the case that its sender saw, as an entity tag; empty: none.
        known: the version that its sender has, of which nothing is to be sent again; empty: none.
        settings: the installation's settings.
        came: the file that came; who puts it on record takes it out.
    """

    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    content: bytes
    key: str
    seen: str
    known: str
    settings: Settings = field(repr=False)
    head: Mapping[str, list[str]] = field(default_factory=dict)
    came: list[Arrived] = field(default_factory=list)


def carry_out(book: Casebook, call: Call, bearer: Bearer, asked: Asked) -> Answer:
    """Carry a call out; whatever refuses it is an answer, too.

    Args:
        book: the casebook.
        call: which one.
        bearer: who comes in.
        asked: what they sent.
    """
    if call.needs not in bearer.scopes:
        return _needs(call)
    version = ""
    if call.about_case:
        # Before anything that is sent is looked at: what is not theirs takes the work of what is not there.
        version = _tag(book, asked.path["number"], bearer.actor)
        if not version and not _reaches(book, call, bearer.actor, asked):
            return problems.nothing()
    if call.writes and asked.key:
        if not _KEY.fullmatch(asked.key):
            return problems.problem(HTTPStatus.BAD_REQUEST, "The Idempotency-Key is not one: give a UUID.")
        number = asked.path.get("number", "")
        sent = Sent(bearer.token, asked.key.strip('"'), _all_of(call, asked), number)
        carried_out = list[Answer]()

        def do(noting: Casebook) -> Answer:
            carried_out.append(_done(noting, call, bearer.actor, asked, version))
            return carried_out[0]

        try:
            given = answered.once(book, sent, do)
        except TatError as error:
            return problems.refused(error)
        # What was answered yesterday is nothing to whom the case is not there for any more.
        gone = not carried_out and call.about_case and not version
        return problems.nothing() if gone else given
    return _done(book, call, bearer.actor, asked, version)


def _reaches(book: Casebook, call: Call, by: Actor, asked: Asked) -> bool:
    """Whether a case that somebody may not open is there for them all the same, as far as this call goes."""
    if call.reach is not Reach.OWNERS:
        return call.reach is Reach.ANYBODY or _sounds_alarm(asked)
    with suppress(UnknownRecord):
        with_own(book, asked.path["number"], by=by)
        return True
    return False


def _sounds_alarm(asked: Asked) -> bool:
    """Whether a call raises the alarm, which goes out whatever the number (W-13)."""
    return asked.path.get("trigger") == "raise_alarm"


def let_in(book: Casebook, call: Call, bearer: Bearer, asked: Asked) -> Answer | None:
    """Refuse a file before a long one is taken; None: it is taken."""
    if call.needs not in bearer.scopes:
        return _needs(call)
    number, by = asked.path["number"], bearer.actor
    if not _tag(book, number, by):
        return problems.nothing()
    try:
        evidence.let_add(book, number, by=by)
    except TatError as error:
        return problems.nothing() if isinstance(error, UnknownRecord) else problems.refused(error)
    return None


def _needs(call: Call) -> Answer:
    head = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{call.needs}"'}
    detail = f"This takes a token for: {call.needs}. Nothing was shown or written."
    return problems.problem(HTTPStatus.FORBIDDEN, detail, head)


def _all_of(call: Call, asked: Asked) -> bytes:
    head = [call.at, dict(asked.path), dict(asked.query), dict(asked.head), asked.seen]
    return json.dumps(head, sort_keys=True).encode() + b"\n" + asked.content


def _done(book: Casebook, call: Call, by: Actor, asked: Asked, version: str) -> Answer:
    """Carry a call out.

    Args:
        book: the casebook.
        call: which one.
        by: who acts.
        asked: what they sent.
        version: of the case that it is about, as an entity tag; empty: about none that they may open.
    """
    if version and asked.known == version:
        return Answer(HTTPStatus.NOT_MODIFIED, headers={"ETag": version})
    try:
        expected = _expected(call, asked)
        if isinstance(expected, Answer):
            # Whether there is such a case is told to those alone who may see it.
            return expected if version or not call.about_case else problems.nothing()
        if expected is not None:
            book = book.as_seen(expected, of=asked.path["number"])
        return _answered(book, call, by, asked, version)
    except TatError as error:
        unseen = call.about_case and not version
        return problems.nothing() if unseen or isinstance(error, UnknownRecord) else problems.refused(error)


def _tag(book: Casebook, number: str, by: Actor) -> str:
    """The version of a case that somebody may open, as an entity tag; empty: there is none."""
    try:
        return f'"{overview.one(book, number, by=by).version}"'
    except UnknownRecord:
        return ""


def _expected(call: Call, asked: Asked) -> int | Answer | None:
    # Whatever happened since, and whether or not they saw it: an alarm is never kept waiting (W-13).
    if not (call.about_case and call.writes) or asked.seen == "*" or _sounds_alarm(asked):
        return None
    if not asked.seen:
        detail = "This decides on what you saw: say which version it was (If-Match: the ETag of the case)."
        return problems.problem(HTTPStatus.PRECONDITION_REQUIRED, detail) if call.decides else None
    tag = _TAG.fullmatch(asked.seen)
    if tag is None:
        return problems.problem(HTTPStatus.BAD_REQUEST, "If-Match is to be the ETag of the case.")
    return int(tag[1])


def _answered(book: Casebook, call: Call, by: Actor, asked: Asked, version: str) -> Answer:
    given: dict[str, Any] = dict(asked.path)
    query = _query(call, asked.query)
    cursor, limit = query.pop("cursor", ""), query.pop("limit", 0)
    given |= query
    if call.has_settings:
        given["settings"] = asked.settings
    if call.raw:
        given |= _beside(call, asked.head)
    if call.arrives:
        given[call.raw] = asked.came.pop()
    elif call.raw:
        given[call.raw] = asked.content
    elif call.sends is not None:
        given |= _content(book, call, asked)
    if call.key is None:
        found = call.does(book, **given, by=by)
        return _said(call, found, _head(book, call, by, asked, version))
    reader = Reader(book, call, by.id, query | dict(asked.path))
    ended = reader.after(cursor)
    if call.does is overview.in_order:
        given |= {"after": ended[0] if ended else "", "limit": limit + 1}
    elif call.has_limit:
        given["limit"] = WHOLE_LIST
    items, following = reader.page(call.does(book, **given, by=by), ended, limit)
    shown = call.answers.dump_python(items, mode="json")
    return Answer(HTTPStatus.OK, json.dumps({"items": shown, "next": following}), JSON)


def _query(call: Call, query: Mapping[str, list[str]]) -> dict[str, Any]:
    if any(len(values) > 1 for values in query.values()):
        raise BadInput("The address asks for one thing twice. Nothing was shown or written: ask once.")
    return _fields(call.asks.read({name: values[0] for name, values in query.items()}))


def _beside(call: Call, head: Mapping[str, list[str]]) -> dict[str, Any]:
    if any(len(values) > 1 for values in head.values()):
        raise BadInput("A header says one thing twice. Nothing was written: say it once.")
    try:
        said = {name: unquote(values[0], errors="strict") for name, values in head.items()}
    except UnicodeDecodeError:
        raise BadInput("A header is not percent-encoded UTF-8. Nothing was written: encode it so.") from None
    return _fields(call.beside.read(said))


def _fields(read: Content) -> dict[str, Any]:
    return {name: getattr(read, name) for name in type(read).model_fields}


def _content(book: Casebook, call: Call, asked: Asked) -> dict[str, Any]:
    assert call.sends is not None, "asked of calls that take JSON alone"  # noqa: S101 - for the type
    here = Here(ZoneInfo(book.pack.home.timezone), book.clock())
    read = call.sends.read(strictly.read(asked.content), here)
    if call.alone:
        return {call.alone: read}
    return _fields(read)


def _head(book: Casebook, call: Call, by: Actor, asked: Asked, version: str) -> dict[str, str]:
    """What stands at the head: the version that was read, or what became of the one that somebody saw."""
    if not call.writes:
        return {"ETag": version} if version else {}
    seen = _TAG.fullmatch(asked.seen)
    if not call.about_case or seen is None:
        return {}
    # Where another one wrote right after, whoever wrote this has not seen that.
    mine = f'"{int(seen[1]) + 1}"'
    return {"ETag": mine} if _tag(book, asked.path["number"], by) == mine else {}


def _said(call: Call, found: Any, headers: Mapping[str, str]) -> Answer:
    if isinstance(found, Document):
        name = {"Content-Disposition": "attachment"}
        return File(HTTPStatus.OK, "", {"Content-Type": BYTES, **name, **headers}, found.data)
    if isinstance(found, Opened):
        head = {"Content-Type": BYTES, "Content-Disposition": "attachment", "Content-Length": str(found.size)}
        return Streamed(status=HTTPStatus.OK, headers=head | dict(headers), file=found)
    if found is None:
        return Answer(HTTPStatus.NO_CONTENT, headers=dict(headers))
    if call.shown is not None:
        found = call.shown(found)
    shown = call.answers.dump_python(found, mode="json")
    if call.gives_value:
        shown = {call.gives: shown}
    elif isinstance(shown, list):
        shown = {"items": shown}
    return Answer(HTTPStatus.OK, json.dumps(shown), JSON | dict(headers))
