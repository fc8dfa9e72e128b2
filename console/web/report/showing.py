"""What the form's pages are given besides what was written: words in the reader's language, choices."""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from zoneinfo import ZoneInfo

from babel.lists import format_list
from fastapi import Request, Response

from console.web.languages import LANGUAGES, keep_language, language_of, translated
from console.web.pages import desk_of, page
from console.web.report import words
from states.policy.pack import Pack
from states.vocabulary.times import on_day, spelled


def public(
    request: Request,
    template: str,
    values: Mapping[str, object],
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """A page for anybody, in the language that they read.

    Args:
        request: what is answered.
        template: name of its template, without endings.
        values: what the template is given; its ``title``, in English, at least.
        status: the HTTP status.
    """
    language = language_of(request)
    given = _shown(request) | dict(values)
    given["title"] = translated(language, str(given["title"]))
    response = page(request, template, given, status=status, language=language)
    return keep_language(request, response)


def in_language(request: Request) -> Callable[[str], str]:
    """What puts a text into the language that a page is asked for in."""
    return partial(translated, language_of(request))


def _shown(request: Request) -> dict[str, object]:
    book, settings, language = desk_of(request).book, desk_of(request).settings, language_of(request)
    said = in_language(request)
    return {
        "pack": book.pack,
        "files_most": settings.report_files,
        "files_largest": settings.report_files_largest,
        "languages": LANGUAGES,
        "t": said,
        "is_original": language == next(iter(LANGUAGES)),
        "zone": ZoneInfo(book.pack.home.timezone),
        "when": partial(spelled, language=language),
        "on_day": partial(on_day, language=language),
        "choices": choices(book.pack, said),
        "named_to": words.named_to(said),
        "listed": partial(format_list, locale=language),
    }


def choices(pack: Pack, said: Callable[[str], str]) -> Mapping[str, list[tuple[str, str]]]:
    """What can be chosen in each field, with its name in a language.

    Args:
        pack: the policy in force.
        said: puts a text into the language.
    """
    titles = [(str(code), said(entry.title)) for code, entry in pack.affiliations.items()]
    return {
        "behaviors": words.choices(words.BEHAVIORS, said),
        "means": words.choices(words.MEANS, said),
        "timing": words.choices(words.TIMING, said),
        "ability": words.choices(words.ABILITY, said),
        "dangers": words.choices(words.DANGERS, said),
        "identifiers": words.choices(words.IDENTIFIERS, said),
        "affiliations": titles,
        "endangered": titles,
        "sites": [(code, said(site.name)) for code, site in pack.sites.items()],
        "units": [(code, said(unit.name)) for code, unit in pack.units.items()],
        "offices": [(code, office.name) for code, office in pack.offices.items()],
    }
