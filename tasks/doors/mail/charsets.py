"""Bytes of a mail as text, also where they are not written as they say they are."""

import re

#: what senders call a character set, and the larger one that they mean by it (WHATWG Encoding, 4.2)
_MEANT = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "utf8": "utf-8",
}

#: how Japanese begins where it is written with escapes (RFC 1468)
_JAPANESE = re.compile(rb"\x1b\$[@B]")


def clean(text: str) -> str:
    """A text that any database takes: without halves of characters, and without NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


def bytes_of(text: str) -> bytes:
    """The bytes that a text was read from, as far as they are in it."""
    return text.encode("utf-8", "surrogateescape" if text.isascii() or _escaped(text) else "replace")


def _escaped(text: str) -> bool:
    return all("\udc80" <= c <= "\udcff" for c in text if "\ud800" <= c <= "\udfff")


def as_text(raw: bytes, charset: str = "") -> str:
    """Bytes as text.

    What is UTF-8 is read as that whatever a Western label says, since nothing else looks like it by chance.

    Args:
        raw: the bytes.
        charset: as what they say they are written; empty: they do not say.
    """
    said = charset.strip().strip("\"'").casefold()
    meant = _MEANT.get(said, said)
    for name in _candidates(raw, meant):
        try:
            text = raw.decode(name)
        except (LookupError, ValueError):
            continue
        if isinstance(text, str):
            return text
    return raw.decode("cp1252", "replace")


def _candidates(raw: bytes, meant: str) -> list[str]:
    if _JAPANESE.search(raw) and raw.isascii():
        return ["iso2022_jp_ext"]
    wide = meant.replace("_", "-").startswith(("utf-16", "utf-32", "ucs"))
    if wide and b"\0" not in raw:
        # In two bytes a letter, Western text has a NUL in every other place.
        return ["utf-8"]
    if raw.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig"]
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if meant in {"cp1252", ""}:
        return ["utf-8", "cp1252"]
    return [meant, "utf-8", "cp1252"]
