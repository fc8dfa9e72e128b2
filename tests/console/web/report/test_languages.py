"""What anybody reads of the form: in plain words, whole in each language, and as the browser asks for it."""

import html
import re

import pytest
from babel.messages.pofile import read_po

from console.web.languages import CATALOGUES, LANGUAGES, translated
from notifications.messages.spanish import in_spanish
from notifications.messages.wording import in_words
from states.vocabulary.cases import Level
from states.vocabulary.danger import Danger
from tests.console.web.conftest import Served
from tests.console.web.report.catalogue import TEMPLATES, WEB, texts
from tests.console.web.report.test_steps import filled, sent

#: what an English page says where it is not in Spanish
ENGLISH = re.compile(r"\b(?:the|you|your|who|what|and|is|was|it)\b", re.IGNORECASE)


def grade(texts_read: list[str]) -> float:
    """The reading grade of texts (Flesch and Kincaid); syllables are counted as groups of vowels."""
    said = [text for text in texts_read if len(text.split()) > 3]
    words = [word for text in said for word in re.findall(r"[A-Za-z']+", text)]
    sentences = sum(len(re.findall(r"[.!?:]+(?:\s|$)", text)) or 1 for text in said)
    vowels = [len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))) or 1 for word in words]
    return 0.39 * len(words) / sentences + 11.8 * sum(vowels) / len(words) - 15.59


def ease(texts_read: list[str]) -> float:
    """How easily Spanish texts are read (INFLESZ: from 55 on as newspapers are, from 65 on easier)."""
    said = [text for text in texts_read if len(text.split()) > 3]
    words = [word.lower() for text in said for word in re.findall(r"[^\W\d_]+", text)]
    sentences = sum(len(re.findall(r"[.!?:]+(?:\s|$)", text)) or 1 for text in said)
    strong = re.compile(r"[aeoáéíóú]|[iuü]+(?![aeoáéíóú])(?<![aeoáéíóú].)")
    syllables = sum(len(strong.findall(word)) or 1 for word in words)
    return 206.835 - 62.3 * syllables / len(words) - len(words) / sentences


def read_on(page: str) -> list[str]:
    """The texts on a page, one of each piece."""
    page = re.sub(r"<option.*?</option>", "", page)
    body = re.sub(r"<(bdi|code|strong|a|span|small)\b[^>]*>|</(bdi|code|strong|a|span|small)>", "", page)
    pieces = re.split(r"<[^>]+>", body.partition("<main")[2].partition("</main>")[0])
    return [html.unescape(each).strip() for each in pieces if each.strip()]


def test_each_language_says_all_that_the_pages_say(served: Served) -> None:
    """No text is missing from a catalogue, none is left over, none is a guess."""
    wanted = set(texts(served.book.pack))
    for language in list(LANGUAGES)[1:]:
        with (CATALOGUES / f"{language}.po").open("rb") as file:
            catalogue = read_po(file, locale=language)
        entries = [each for each in catalogue if each.id]
        assert {str(each.id) for each in entries} == wanted
        assert [each.id for each in entries if not each.string or each.fuzzy] == []


def outside_templates() -> set[str]:
    """Every template of a page for anybody: of links, of reports, of answers to whatever is asked."""
    code = [*WEB.glob("links/*.py"), *WEB.glob("report/*.py"), WEB / "limiting.py", WEB / "pages.py"]
    named = re.compile(r"""\b(?:shown|public|page|_PAGES\.page)\(\s*(?:request, )?"([a-z_/]+)"(?=[^"]*)""")
    signed = re.compile(r"visitor: SignedIn")
    found = {
        name
        for file in code
        if not signed.search(source := file.read_text("utf-8"))
        for name in named.findall(source)
    }
    todo, seen = list(found), set[str]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        source = (WEB / "templates" / f"{name}.html.jinja").read_text("utf-8")
        todo += re.findall(r"""\{% (?:extends|include|import|from) "([a-z_/]+)\.html\.jinja\"""", source)
    return seen


def test_each_page_that_somebody_outside_opens_is_in_the_catalogues() -> None:
    """A page that is added to links or to the report's form is not left in English unseen."""
    listed = {
        str(file.relative_to(WEB / "templates")).removesuffix(".html.jinja")
        for pattern in TEMPLATES
        for file in WEB.glob(pattern)
    }
    reached = outside_templates()
    assert {"links/gate", "links/hand_over", "once/used", "alarms/more", "later", "layout"} <= reached
    assert reached - listed == set()


@pytest.mark.parametrize("name", sorted(outside_templates()))
def test_no_word_of_such_a_page_stands_outside_the_catalogues(name: str) -> None:
    """Neither between tags, nor where a screen reader alone says it; save what a signed-in member sees."""
    source = (WEB / "templates" / f"{name}.html.jinja").read_text("utf-8")
    source = re.sub(r"\{% if visitor %\}.*?\{% else %\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{% trans.*?%\}.*?\{% endtrans %\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    said = re.findall(r"""(?:aria-label|alt|placeholder|title)="([^"]*[A-Za-z][^"]*)\"""", source)
    source = re.sub(r"""aria-\w+="[^"]*\"""", "", re.sub(r"<[^>]*>", "", source))
    said += re.findall(r"[A-Za-z]{2,}[^\n]*", source)
    assert said == []


def test_mails_and_pages_call_a_thing_by_one_name() -> None:
    """The levels and dangers of an alert in Spanish are those of the page behind its link."""
    for vocabulary in (Level, Danger):
        for each in vocabulary:
            assert in_spanish(each) == translated("es", str(in_words(each)))


@pytest.mark.clause("W-16", "W-52")
def test_the_form_is_in_the_language_that_its_reader_asks_for(served: Served) -> None:
    """By the browser, else by a switch that is kept; the plan's words are marked as our translation."""
    client = served.stranger()
    client.headers["Accept-Language"] = "es-MX,es;q=0.9,en;q=0.5"
    start = client.get("/report").text
    assert '<html lang="es">' in start
    assert "traducción nuestra" in start
    assert "translation" not in client.get("/report?lang=en").text
    assert '<html lang="en">' in client.get("/report/return").text, "a choice is kept"
    assert '<html lang="es">' in client.get("/report/return?lang=es").text
    filled(client, danger="yes")
    for step in ("what", "who", "you", "send"):
        page = client.get(f"/report/{step}").text
        assert 'lang="es">' in page
        said = [each for each in read_on(page) if ENGLISH.search(each)]
        mine = ("An invented", "Something on", "University Police", "law enforcement", "Office", "Vice ")
        assert [each for each in said if not any(word in each for word in mine)] == []
    stranger = served.stranger()
    for odd in ("", "xx", "fr", "*", "es;q=0.2, en;q=0.9", "es;q=x", ";;;,,,", "a" * 5000):
        assert '<html lang="en">' in stranger.get("/report", headers={"Accept-Language": odd}).text
    assert '<html lang="en">' in stranger.get("/report?lang=%3Cb%3E").text


def test_the_form_is_written_in_plain_words(served: Served) -> None:
    """At reading grade 8 at most, page by page; the plan's own examples are the plan's."""
    client = served.stranger()
    examples = served.book.pack.examples
    plan = {*examples.emergency.values(), *examples.other}
    pages = {"start": client.get("/report"), "return": client.get("/report/return")}
    filled(client)
    pages |= {step: client.get(f"/report/{step}") for step in ("what", "who", "you", "send")}
    hard = {
        name: round(found, 1)
        for name, page in pages.items()
        if (found := grade([each for each in read_on(page.text) if each not in plan])) > 8
    }
    assert hard == {}
    said = [each for page in pages.values() for each in read_on(page.text)]
    assert not [each for each in said if "invalid" in each.lower()]


def test_the_form_is_written_in_plain_spanish(served: Served) -> None:
    """As easy as a newspaper at least, page by page; what the plan says in its own words is the plan's."""
    client = served.stranger()
    client.headers["Accept-Language"] = "es"
    examples = served.book.pack.examples
    plan = {translated("es", text) for text in (*examples.emergency.values(), *examples.other)}
    pages = {"start": client.get("/report"), "return": client.get("/report/return")}
    filled(client)
    pages |= {step: client.get(f"/report/{step}") for step in ("what", "who", "you", "send")}
    found = {name: ease([e for e in read_on(page.text) if e not in plan]) for name, page in pages.items()}
    assert {name: round(each, 1) for name, each in found.items() if each < 55} == {}
    assert ease(["El establecimiento institucional de procedimientos administrativos extraordinarios."]) < 20


def test_a_name_that_is_written_from_the_right_turns_nothing_else(served: Served) -> None:
    """Each field and each line that shows what people wrote says that its own text has its own direction."""
    client = served.stranger()
    last = filled(client, name="שם בדוי", reporter_name="اسم مختلق")
    for name in ("שם בדוי", "اسم مختلق"):
        assert re.search(rf'<dd dir="auto">\s*{name}', last.text)
    for step in ("what", "who", "you"):
        shown = client.get(f"/report/{step}").text
        fields = re.findall(r"<(?:textarea|input)[^>]*>", shown)
        written = [each for each in fields if not re.search(r'type="(?:hidden|radio|checkbox|date)"', each)]
        assert written
        assert [each for each in written if 'dir="auto"' not in each] == []


def test_whoever_changes_the_language_of_a_report_goes_on_with_the_same_one(served: Served) -> None:
    """Where number and secret opened a page, the switch sends them along; they stand in no address."""
    client = served.stranger()
    number, secret = sent(client, campus_id="")
    known = {"receipt": number, "secret": secret}
    no_file = client.post("/report/files", data=known, files={"file": ("", b"")})
    for opened in (client.post("/report/return", data=known), no_file):
        form = re.search(r'<form method="post" action="(/report/return\?lang=es)">(.*?)</form>', opened.text)
        assert form
        carried = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
        assert carried == known
        assert f"lang=es&amp;receipt={number}" not in opened.text
        there = client.post(form[1], data=carried)
        assert "Su reporte llegó el" in there.text
        assert client.get("/report?lang=en").status_code == 200
    gone = client.post("/report/discard", data={})
    assert 'href="/report?lang=es"' in gone.text
