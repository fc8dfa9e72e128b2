"""A form with files, taken as it comes: what is read of a file goes sealed to its place, and nowhere else.

Neither memory nor a temporary file ever holds one. A file that is refused is read on for a while without
being kept, since a browser that is cut off in the middle of sending shows its reader no sentence of ours.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from console.web.languages import N_
from console.web.pages import MOST_FIELDS
from states.errors import BadInput, FilesAway
from states.files.arriving import AT_ONCE, Arrived, Arriving, said_size
from states.files.places import Place
from states.store.threads import at_place, told

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

T = TypeVar("T")

#: the calls whose content is taken, or given, as a stream: none of it is ever in memory as a whole
STREAMS = re.compile(
    r"POST (/cases/[^/]+|/report|/api/cases/[^/]+)/files"
    r"|GET /cases/[^/]+/files/[^/]+/(download|shown)|GET /api/cases/[^/]+/files/[^/]+/content"
)

#: bytes that all texts of a form may have together
TEXTS = 50_000

#: bytes that a line of a part's head may have: the longest name that any file has, and more
HEAD = 16_000

#: texts that come beside one small file
MOST_BESIDE = 5

#: bytes that are read on after a refusal
LINGER = 64_000_000

_NOT_WHOLE = N_("The form did not come whole. Nothing was kept: send it again.")
_TOO_MUCH = N_("No form here has so many fields, or so much in them. Nothing was kept.")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a form may bring.

    Args:
        one: bytes that one file may have.
        in_all: bytes that all of them may have together.
        files: how many they may be.
        from_anybody: whether somebody sends it who is not signed in.
    """

    one: int
    in_all: int
    files: int
    from_anybody: bool = False


class NotTaken(Exception):
    """A form whose files are not taken; nothing of them was kept.

    Args:
        why: the refusal, or what is in the way.
        said: the texts of the form, field by field.
    """

    def __init__(self, why: BadInput | FilesAway, said: dict[str, str]) -> None:
        self.why = why
        self.said = said
        super().__init__(str(why))


@dataclass(slots=True)
class _Part:
    """One part of the form, while it comes."""

    name: str = ""
    file: str | None = None
    head: bytearray = field(default_factory=bytearray)
    disposition: bytes = b""


@dataclass(slots=True)
class Upload:
    """A form that comes.

    Args:
        place: where its files are going to lie.
        allowed: what it may bring.
        before: is told the texts that stand before its first file, and refuses by raising; None: nobody asks.
    """

    place: Place
    allowed: Allowed
    before: Callable[[dict[str, str]], None] | None = None
    #: its texts, of each field the first value
    said: dict[str, str] = field(default_factory=dict)
    arrived: list[Arrived] = field(default_factory=list)
    _texts: int = 0
    _fields: int = 0
    _size: int = 0
    _ended: bool = False
    _refused: BadInput | FilesAway | None = None
    _part: _Part = field(default_factory=_Part)
    _text: bytearray = field(default_factory=bytearray)
    _file: Arriving | None = None
    _waiting: bytearray = field(default_factory=bytearray)
    _heard: list[tuple[str, bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> "Upload":
        """Take a form from a request; returns itself, with what came.

        Raises:
            NotTaken: a file is refused, cannot be kept, or the form is none; nothing of it was kept.
        """
        try:
            await self._read(request)
        except (BadInput, FilesAway) as refused:
            self._refused = refused
        except FormParserError:
            self._refused = BadInput(_NOT_WHOLE)
        finally:
            # Whoever goes away in the middle leaves nothing.
            if self._refused is not None or not self._ended:
                await self.give_up()
        if self._refused is not None:
            raise NotTaken(self._refused, self.said)
        return self

    async def give_up(self) -> None:
        """Keep nothing of what came."""
        if self._file is not None:
            await at_place(self._file.give_up)
            self._file = None
        for file in self.arrived:
            await at_place(self.place.remove, file.stored)
        self.arrived.clear()

    async def _read(self, request: Request) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise BadInput(_NOT_WHOLE)
        parser = MultipartParser(boundary, self._callbacks(), max_header_size=HEAD)
        lingered = 0
        async for chunk in request.stream():
            parser.write(chunk)
            for what, data in self._heard:
                await self._hear(what, data)
            self._heard.clear()
            if self._refused is not None or self._ended:
                lingered += len(chunk)
                if lingered > LINGER:
                    break
        if not self._ended:
            raise self._refused or BadInput(_NOT_WHOLE)

    def _callbacks(self) -> "MultipartCallbacks":
        def plain(what: str) -> Callable[[], None]:
            return lambda: self._heard.append((what, b""))

        def given(what: str) -> Callable[[bytes, int, int], None]:
            return lambda data, start, end: self._heard.append((what, data[start:end]))

        return {
            "on_part_begin": plain("part_begin"),
            "on_part_data": given("part_data"),
            "on_part_end": plain("part_end"),
            "on_header_field": given("header_field"),
            "on_header_value": given("header_value"),
            "on_header_end": plain("header_end"),
            "on_headers_finished": plain("headers_finished"),
            "on_end": plain("end"),
        }

    async def _hear(self, what: str, data: bytes) -> None:
        if what == "part_data":
            await self._hear_data(data)
        elif what == "part_end":
            await self._end_part()
        elif what == "end":
            self._ended = True
        else:
            self._hear_head(what, data)
            if what == "headers_finished":
                await self._begin_part()

    def _hear_head(self, what: str, data: bytes) -> None:
        if what == "part_begin":
            self._part = _Part()
        elif what == "header_field":
            self._part.head += data.lower()
        elif what == "header_value":
            if self._part.head == b"content-disposition":
                self._part.disposition += data
        elif what == "header_end":
            self._part.head.clear()

    async def _begin_part(self) -> None:
        _, options = parse_options_header(self._part.disposition)
        self._fields += 1
        if self._fields > MOST_FIELDS:
            raise BadInput(_TOO_MUCH)
        self._part.name = _text(options.get(b"name", b""))
        self._part.file = _text(options[b"filename"]) if b"filename" in options else None
        self._text.clear()

    async def _hear_data(self, data: bytes) -> None:
        if self._part.file is None:
            self._texts += len(data)
            if self._texts > TEXTS:
                raise BadInput(_TOO_MUCH)
            self._text += data
        elif self._refused is None:
            self._waiting += data
            self._size += len(data)
            if len(self._waiting) >= AT_ONCE:
                await self._keep()

    async def _end_part(self) -> None:
        if self._part.file is None:
            self.said.setdefault(self._part.name, _text(bytes(self._text)))
        # A field of files that nobody chose one for comes as one without a name and without a byte.
        elif self._refused is None and (self._part.file or self._waiting or self._file is not None):
            await self._keep(last=True)

    async def _keep(self, *, last: bool = False) -> None:
        data = bytes(self._waiting)
        self._waiting.clear()
        try:
            self._must_be_allowed()
            if self.before is not None:
                await told(self.before, self.said)
                self.before = None
            if self._file is None:
                self._file = await at_place(self._begin, self._part.file or "")
            await at_place(self._file.write, data)
            if last:
                self.arrived.append(await at_place(self._file.finish))
                self._file = None
        except (BadInput, FilesAway) as refused:
            self._refused = refused
            await self.give_up()

    def _begin(self, name: str) -> Arriving:
        most, from_anybody = self.allowed.one, self.allowed.from_anybody
        return Arriving(self.place, name, most=most, from_anybody=from_anybody)

    def _must_be_allowed(self) -> None:
        if self._file is None and len(self.arrived) == self.allowed.files:
            raise BadInput(
                "At most {files} files come at a time. None was kept: give fewer at a time.",
                files=self.allowed.files,
            )
        if self._size > self.allowed.in_all:
            raise BadInput(
                "The files are larger than {size} together, which is the most. None was kept: give fewer at "
                "a time, or smaller ones.",
                size=said_size(self.allowed.in_all),
            )


async def one_file(request: Request) -> tuple[bytes, dict[str, str]]:
    """A form with one file that is small, and no file of a case: its bytes, and the texts beside it.

    It is no longer than any message may be, and in memory as a whole.

    Raises:
        BadInput: no file came, or more than one.
    """
    try:
        async with request.form(max_files=1, max_fields=MOST_BESIDE) as sent:
            file = sent.get("file")
            given = await file.read() if isinstance(file, UploadFile) else b""
            said = {name: value for name, value in sent.items() if isinstance(value, str)}
    except HTTPException:
        # That is how the library says that it is no form, or holds more than may come.
        given, said = b"", {}
    if not given:
        raise BadInput("No file came. Nothing was kept: choose the file, and send it again.")
    return given, said


def _text(data: bytes) -> str:
    """What somebody typed; what no text holds stands as U+FFFD."""
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")
