"""The typefaces that letters are set in, and which characters none of them has.

A letter names a person, and a person's name may be written in any script. The Noto fonts come as packages, so
that a letter is the same on every machine; what even they cannot show is refused instead of printed as boxes.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]

#: packages whose files are fonts
PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")

#: in order: the first that has a character shows it
FAMILIES = ("Libertinus Serif", "Noto Sans", "Noto Sans CJK SC")


def folders() -> list[Path]:
    """The folders of the fonts."""
    return [Path(str(files(package))) for package in PACKAGES]


@cache
def fonts() -> typst.Fonts:
    """The fonts that a letter may use: ours alone, whatever the machine has besides."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[*folders()])


def unprintable(text: str) -> list[str]:
    """Names of the scripts of which ``text`` holds characters that no font here shows, in order.

    Args:
        text: any text.
    """
    missing = sorted({character for character in text if not _is_shown(character)})
    scripts = (unicodedata.name(character, "UNKNOWN").split()[0].title() for character in missing)
    return list(dict.fromkeys(scripts))


def printable(text: str) -> str:
    """A text in which a box stands for each character that no font here shows.

    Args:
        text: any text.
    """
    return "".join(each if _is_shown(each) else BOX for each in text)


def _is_shown(character: str) -> bool:
    return ord(character) <= _LATIN or _is_invisible(character) or ord(character) in _shown()


#: what stands for a character that cannot be shown, where a text may go without it
BOX = "\N{WHITE SQUARE}"

#: up to here, every font has all (Basic Latin and Latin-1)
_LATIN = 0xFF


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp"}


@cache
def _shown() -> frozenset[int]:
    """Every code point that one of the fonts has."""
    points: set[int] = set()
    for folder in folders():
        for path in sorted(folder.glob("*.tt[cf]")):
            with _opened(path) as faces:
                for face in faces:
                    # Nobody asks what its glyphs are called, and to read that takes longer than all the rest.
                    face.setGlyphOrder([f"glyph{place}" for place in range(face["maxp"].numGlyphs)])
                    points |= face.getBestCmap().keys()
    return frozenset(points)


@contextmanager
def _opened(path: Path) -> Iterator[list[TTFont]]:
    if path.suffix == ".ttc":
        with TTCollection(path, lazy=True) as collection:
            yield list(collection)
    else:
        with TTFont(path, lazy=True) as face:
            yield [face]
