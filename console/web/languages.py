"""The languages of pages that anybody opens: which there are, their words, and which is asked for."""

import re
from collections.abc import Mapping
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from fastapi import Request, Response


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a text that is translated where it is shown
    """A text of the catalogues."""
    return text


#: each language, as whoever speaks it calls it; the first is the one that pages are written in
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}

#: where the words of the others are, one catalogue each
CATALOGUES = Path(__file__).parent / "locale"

#: one language that a browser asks for, and how much (RFC 9110, 12.5.4)
_WANTED = re.compile(r"([A-Za-z-]+)(?:\s*;\s*q=([01](?:\.\d{0,3})?))?")

#: what a browser keeps of the language that was chosen
COOKIE = "language"


def _words(language: str) -> NullTranslations:
    file = CATALOGUES / f"{language}.po"
    if not file.exists():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


#: the words of each language
TRANSLATIONS: Mapping[str, NullTranslations] = {language: _words(language) for language in LANGUAGES}


def language_of(request: Request) -> str:
    """The language that a page is asked for in: by its address, as chosen before, or as the browser says."""
    for wanted in (request.query_params.get("lang", ""), request.cookies.get(COOKIE, "")):
        if wanted in LANGUAGES:
            return wanted
    given = [
        _WANTED.fullmatch(each.strip()) for each in request.headers.get("accept-language", "").split(",")
    ]
    weighed = [(float(each[2] or 1), each[1]) for each in given if each]
    accepted = [wanted for _, wanted in sorted(weighed, key=lambda one: -one[0])]
    return negotiate_locale(accepted, LANGUAGES, sep="-") or next(iter(LANGUAGES))


def keep_language(request: Request, response: Response, chosen: str = "") -> Response:
    """Let the browser keep the language that was chosen, until it is closed.

    Args:
        request: what is answered.
        response: the answer.
        chosen: the language's code; empty: the one in the page's address, if any.
    """
    chosen = chosen or request.query_params.get("lang", "")
    if chosen in LANGUAGES:
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, chosen, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def translated(language: str, text: str) -> str:
    """A text in a language; one that its catalogue does not have stays as it is."""
    return TRANSLATIONS[language].gettext(text) if text else ""
