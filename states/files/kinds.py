"""What a file is, told by how it begins: what it is called, and what it says of itself, tells nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from states.errors import BadInput

#: how many of a file's first bytes are looked at
BEGINNING = 4096


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken.

    Args:
        media_type: what it is, for browsers.
        says: what people call it.
        previewed: whether it is shown on a page of ours: as the picture that it is, or as pictures of it.
        from_anybody: whether it is taken with a report from somebody who is not signed in.
        fits: whether a file that begins so is one.
    """

    media_type: str
    says: str
    fits: Callable[[bytes], bool]
    previewed: bool = False
    from_anybody: bool = True


def _starts(*with_: bytes) -> Callable[[bytes], bool]:
    return lambda begins: begins.startswith(with_)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda begins: begins[:4] == b"RIFF" and begins[8:12] == form


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    """A box of the ISO base media format, by its brand; without one: any."""
    return lambda begins: begins[4:8] == b"ftyp" and (not brands or begins[8:12] in brands)


def _office(begins: bytes) -> bool:
    is_zip = begins.startswith(b"PK\x03\x04")
    return is_zip and (b"[Content_Types].xml" in begins or b"mimetypeapplication/vnd.oasis." in begins)


#: bytes that no text has
_NO_TEXT = frozenset((*range(9), *range(14, 27), *range(28, 32), 127))


def _text(begins: bytes) -> bool:
    return bool(begins) and _NO_TEXT.isdisjoint(begins)


#: what is made of pages, each of which is drawn
PDF = "application/pdf"

#: every kind that is taken, the surest first; what can run is none of them, nor what only holds other files
KINDS: tuple[Kind, ...] = (
    Kind(PDF, "PDF", _starts(b"%PDF-"), previewed=True),
    Kind("image/png", "PNG picture", _starts(b"\x89PNG\r\n\x1a\n"), previewed=True),
    Kind("image/jpeg", "JPEG picture", _starts(b"\xff\xd8\xff"), previewed=True),
    Kind("image/gif", "GIF picture", _starts(b"GIF87a", b"GIF89a"), previewed=True),
    Kind("image/webp", "WebP picture", _riff(b"WEBP"), previewed=True),
    Kind("image/heic", "HEIC picture", _brand(b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis", b"avif")),
    Kind("image/tiff", "TIFF picture", _starts(b"II*\0", b"MM\0*")),
    Kind("audio/mp4", "M4A sound", _brand(b"M4A ", b"M4B ")),
    Kind("video/mp4", "MP4 or MOV film", _brand()),
    Kind("video/webm", "WebM or Matroska film", _starts(b"\x1aE\xdf\xa3")),
    Kind("video/x-msvideo", "AVI film", _riff(b"AVI ")),
    Kind("audio/wav", "WAV sound", _riff(b"WAVE")),
    Kind("audio/mpeg", "MP3 sound", _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    Kind("audio/ogg", "Ogg sound", _starts(b"OggS")),
    Kind("audio/amr", "AMR voice message", _starts(b"#!AMR")),
    Kind("application/zip", "Office document", _office, from_anybody=False),
    Kind(
        "application/x-ole-storage",
        "older Office document or Outlook message",
        _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        from_anybody=False,
    ),
    Kind("text/plain", "text", _text),
)


def kind_of(begins: bytes, *, from_anybody: bool = False) -> Kind:
    """What kind of file begins so.

    Args:
        begins: its first bytes, :data:`BEGINNING` of them or all.
        from_anybody: whether somebody gives it who is not signed in.

    Raises:
        BadInput: it is empty, or of no kind that is taken; says what would help.
    """
    if not begins:
        raise BadInput("The file is empty. It was not kept: see whether it opens on your own device.")
    kind = next((each for each in KINDS if each.fits(begins)), None)
    if kind is None and begins.startswith(b"PK\x03\x04"):
        raise BadInput("A ZIP file holds other files. It was not kept: unpack it, and give what is in it.")
    if kind is None or (from_anybody and not kind.from_anybody):
        raise BadInput(
            "This kind of file is not taken. It was not kept: print it to a PDF, or take a picture of it. "
            "What is taken: {kinds}.",
            kinds=[each.says for each in taken(from_anybody=from_anybody)],
        )
    return kind


def taken(*, from_anybody: bool = False) -> list[Kind]:
    """The kinds of file that are taken."""
    return [kind for kind in KINDS if kind.from_anybody or not from_anybody]


def said_of(kinds: Iterable[Kind]) -> str:
    """What people call kinds of file, in one line."""
    return ", ".join(kind.says for kind in kinds)


def is_previewed(media_type: str) -> bool:
    """Whether files of a type are shown on pages of ours."""
    return any(kind.media_type == media_type and kind.previewed for kind in KINDS)


def is_drawn(media_type: str) -> bool:
    """Whether files of a type are shown as pictures of their pages, which are drawn here."""
    return media_type == PDF
