"""The words on each page of a PDF that Chromium prints, without the spaces between them."""

import re
import zlib


def pages_of(printed: bytes) -> list[str]:
    """The words of each page, in the order in which they were drawn.

    Args:
        printed: a PDF, as Chromium writes it: fonts by glyph, with the letters they stand for.
    """
    objects = {
        int(found[1]): found[2] for found in re.finditer(rb"(\d+) 0 obj\n(.*?)\nendobj", printed, re.DOTALL)
    }
    letters = {number: _letters(objects[to]) for number, said in objects.items() if (to := _unicode(said))}
    return [_words(objects, letters, said) for _, said in sorted(objects.items()) if b"/Type /Page\n" in said]


def _unicode(said: bytes) -> int:
    found = re.search(rb"/ToUnicode (\d+) 0 R", said)
    return int(found[1]) if found else 0


def _stream(said: bytes) -> bytes:
    return zlib.decompressobj().decompress(said.partition(b"stream\n")[2])


def _letters(said: bytes) -> dict[int, str]:
    """What each glyph of a font stands for."""
    table, found = _stream(said).decode("latin-1"), dict[int, str]()
    for block in re.findall(r"beginbfchar\n(.*?)endbfchar", table, re.DOTALL):
        for glyph, letter in re.findall(r"<(\w+)> <(\w+)>", block):
            found[int(glyph, 16)] = bytes.fromhex(letter).decode("utf-16-be")
    for block in re.findall(r"beginbfrange\n(.*?)endbfrange", table, re.DOTALL):
        for first, last, letter in re.findall(r"<(\w+)> <(\w+)> <(\w+)>", block):
            for place in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + place] = chr(int(letter, 16) + place)
    return found


def _words(objects: dict[int, bytes], letters: dict[int, dict[int, str]], page: bytes) -> str:
    fonts = {name: letters[int(number)] for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page)}
    drawn = re.search(rb"/Contents (\d+) 0 R", page)
    assert drawn
    words, font = list[str](), dict[int, str]()
    for name, glyphs in re.findall(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>", _stream(objects[int(drawn[1])])):
        if name:
            font = fonts[name]
        for place in range(0, len(glyphs), 4):
            words.append(font.get(int(glyphs[place : place + 4], 16), ""))
    return "".join(words).replace(" ", "")
