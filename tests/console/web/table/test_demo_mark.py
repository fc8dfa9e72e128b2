"""Every page of a demo says that all is invented, and no page of an installation does."""

from collections.abc import Mapping
from pathlib import Path

import httpx

from console import web
from tests.console.web.conftest import Served
from tests.console.web.table.people import case_of_the_table, people
from tests.console.web.table.test_table import rooms

#: the mark in each language
MARKS = {
    "en": '<aside class="demo"><strong>DEMO: all people and cases are invented.</strong></aside>',
    "es": '<aside class="demo"><strong>DEMO: todas las personas y los casos son inventados.</strong></aside>',
}

#: a page that is not there, one that nothing can be sent to, and a form that says too little
REFUSED: Mapping[str, Mapping[str, str]] = {"GET /nothing/here": {}, "PUT /sign-in": {}, "POST /report": {}}

#: of whom each page is asked for, and in which language: between them they are shown all there are
ASKING = ("chair", "operator", "administrator", "signed out")


def pages(client: httpx.Client, calls: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What a browser is shown for each call, as far as it is a whole page."""
    shown = dict[str, str]()
    for call, given in calls.items():
        method, path = call.split(" ")
        # What tells news for as long as somebody listens is no page, and not read.
        with client.stream(method, path.format(**given)) as answer:
            if answer.headers.get("content-type", "").startswith("text/html"):
                text = answer.read().decode()
                if text.startswith("<!doctype html>"):
                    shown[call] = text
    return shown


def spoken(page: str) -> str:
    """The language that a page says it is in: what the team alone opens is in English."""
    return "es" if '<html lang="es">' in page else "en"


def calls_of_pages(served: Served, number: str) -> dict[str, Mapping[str, str]]:
    """Each address of the console that shows something, with what stands in it."""
    calls = dict[str, Mapping[str, str]](REFUSED)
    for room in rooms():
        given = {"number": number, **room.given, **(room.made(served, number) if room.made else {})}
        shows = (call for call in room.rows if call.startswith("GET ") and not call.startswith("GET /api/"))
        calls |= {call: given for call in shows if not call.startswith("GET /assets/")}
    return calls


def test_every_page_of_a_demo_says_so_and_no_page_of_an_installation(alone: Served) -> None:
    """By what the data folder says; to members and strangers, in the page's language, refusals too."""
    number = case_of_the_table(alone)
    browsers, calls = people(alone, number).browsers, calls_of_pages(alone, number)
    spanish = alone.stranger()
    spanish.headers["Accept-Language"] = "es"
    asking = [("en", browsers[who]) for who in ASKING] + [("es", spanish)]
    seen = set[str]()
    for _, client in asking:
        shown = pages(client, calls)
        assert [call for call, text in shown.items() if "DEMO" in text or 'class="demo"' in text] == []
        seen |= shown.keys()
    assert len(seen) > len(calls) * 3 / 4, "the walk sees hardly any page"
    demo = alone.app.state.desk.settings.demo_file
    demo.touch()
    try:
        for language, client in asking:
            shown = pages(client, calls)
            assert [call for call, text in shown.items() if text.count(MARKS[spoken(text)]) != 1] == []
            assert language in {spoken(text) for text in shown.values()}
            seen -= shown.keys()
    finally:
        demo.unlink()
    assert seen == set(), "each page was looked at in the demo, too"


def test_all_pages_of_the_console_have_one_frame() -> None:
    """The one that is marked: nothing else begins a page."""
    templates = Path(web.__file__).parent / "templates"
    begin = [
        file.name for file in templates.rglob("*.jinja") if "<!doctype" in file.read_text("utf-8").lower()
    ]
    assert begin == ["layout.html.jinja"]
