"""What a page says in English to somebody who reads Spanish: texts with a word that no Spanish one has."""

import html
import re
from functools import cache

import httpx
from babel.dates import get_day_names, get_month_names
from babel.messages.pofile import read_po

from console.web.languages import CATALOGUES
from states.policy.pack import Pack

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")

#: what stays: names of documents, a unit's own beside ours, what people wrote, addresses, codes, secrets
KEPT = re.compile(
    r"\((?:College|School) of [^)]*\)|(?:Student|Faculty|Staff) Handbook|invented[\w@.-]*|\bEnglish\b"
    r"|TAT-[\d-]+|https?://\S+|\b[0-9A-Z]{4}(?:-[0-9A-Z]{4})+\b|\b[0-9a-z]{4}(?:-[0-9a-z]{4}){3,}\b"
)


@cache
def _english() -> frozenset[str]:
    """Words of the English texts that stand in no Spanish one."""
    with (CATALOGUES / "es.po").open("rb") as file:
        entries = [each for each in read_po(file, locale="es") if each.id]
    english, spanish = set[str](), set[str]()
    for each in entries:
        ids = each.id if isinstance(each.id, tuple) else (each.id,)
        texts = each.string if isinstance(each.string, tuple) else (each.string,)
        english |= {word.lower() for text in ids for word in _WORD.findall(str(text))}
        spanish |= {word.lower() for text in texts for word in _WORD.findall(KEPT.sub("", str(text)))}
    # Nor in a date: the short name of its month of May is no permission.
    named = [
        get(width, locale="es")
        for get in (get_day_names, get_month_names)
        for width in ("wide", "abbreviated")
    ]
    spanish |= {str(name).lower().removesuffix(".") for names in named for name in names.values()}
    return frozenset(english - spanish)


def said_on(page: str) -> list[str]:
    """Each text on a page, one of each piece: also its title, and what a screen reader alone says."""
    page = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    spoken = re.findall(r"""(?:aria-label|alt|placeholder|title)="([^"]+)\"""", page)
    pieces = [*re.split(r"<[^>]+>", page), *spoken]
    return [html.unescape(each).strip() for each in pieces if each.strip()]


def english_on(answer: httpx.Response, pack: Pack) -> list[str]:
    """The texts of a page that are not in Spanish; offices are called what stands on their doors.

    Args:
        answer: the page.
        pack: the policy in force: its institution and its offices are names.
    """
    assert '<html lang="es">' in answer.text, answer.request.url.path
    names = sorted((pack.institution, *(one.name for one in pack.offices.values())), key=len, reverse=True)
    found = []
    for text in said_on(answer.text):
        left = KEPT.sub("", text)
        for name in names:
            left = left.replace(name, "")
        if {word.lower() for word in _WORD.findall(left)} & _english():
            found.append(text)
    return found
