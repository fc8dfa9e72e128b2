"""What Outlook packs into a `winmail.dat` (MS-OXTNEF): the text of a mail, and its files by their names."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tasks.doors.mail.charsets import as_text
from tasks.doors.mail.html import text_of_html

#: how deep one mail may be packed in another
DEEPEST = 5


@dataclass(slots=True)
class Unpacked:
    """What was in a `winmail.dat`.

    Args:
        subject: its subject; empty: it has none of its own.
        text: its text; empty: it has none.
        files: what each file is called, and its bytes.
        mails: mails that were attached to it.
    """

    subject: str = ""
    text: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)
    mails: list["Unpacked"] = field(default_factory=list)


def unpack(data: bytes) -> Unpacked:
    """Unpack a `winmail.dat`.

    Args:
        data: its bytes.

    Raises:
        Exception: whatever its reader says of one that is none, or is broken.
    """
    from tnefparse import TNEF  # type: ignore[import-untyped]  # noqa: PLC0415 - few mails have one

    return _unpacked(TNEF(data, do_checksum=False), 0)


def _unpacked(tnef: Any, depth: int) -> Unpacked:
    found = Unpacked(subject=_subject(tnef), text=_text(tnef))
    for each in tnef.attachments:
        inner = getattr(each, "embed", None)
        if inner is not None and depth < DEEPEST:
            found.mails.append(_unpacked(inner, depth + 1))
        elif isinstance(each.data, bytes) and each.data:
            found.files.append((_name(each), each.data))
    return found


def _name(attachment: Any) -> str:
    try:
        name = attachment.long_filename()
    except UnicodeDecodeError:
        name = attachment._name  # noqa: SLF001 - it decodes its own short names as UTF-8, which they are not
    return _plain(name)


def _plain(value: Any) -> str:
    text = as_text(value) if isinstance(value, bytes) else str(value)
    return text.strip("\0").strip()


def _subject(tnef: Any) -> str:
    said = [each.data for each in tnef.msgprops if each.name == tnef.ATTSUBJECT]
    return _plain(said[0]) if said else ""


def _text(tnef: Any) -> str:
    """Its text: as it was typed, else out of its HTML, else out of its RTF."""
    ways: list[Callable[[], str]] = [
        lambda: _plain(tnef.body) if tnef.body else "",
        lambda: text_of_html(_plain(tnef.htmlbody)) if tnef.htmlbody else "",
        lambda: _of_rtf(tnef.rtfbody) if tnef.rtfbody else "",
    ]
    for way in ways:
        text = _or_nothing(way)
        if text:
            return text
    return ""


def _or_nothing(way: Callable[[], str]) -> str:
    try:
        return way().replace("\r\n", "\n").strip()
    except Exception:  # noqa: BLE001 - a form of the text that is broken keeps no other one from being read
        return ""


def _of_rtf(rtf: bytes) -> str:
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415 - as above

    # Where Exchange hides HTML in it, its tags are destinations that say nothing, and are passed over.
    text = rtf_to_text(rtf.decode("cp1252", "replace"), errors="replace")  # type: ignore[no-untyped-call]
    return str(text)
