"""The page of what to report, to hang up: the plan's examples and the numbers to call, in both languages."""

import html

import pytest
from playwright.sync_api import Browser, expect

from console.web.languages import translated
from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.console.web.report.test_languages import ENGLISH, grade, read_on
from tests.servers.chromium import opened


@pytest.mark.clause("W-49", "W-52")
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_has_the_plans_examples_and_the_numbers_to_call(served: Served, language: str) -> None:
    """Every example of the policy, and every site's emergency numbers, in the reader's language."""
    client, pack = served.stranger(), served.book.pack
    page = html.unescape(client.get(f"/report/examples?lang={language}").text)
    assert f'<html lang="{language}">' in page
    for text in (*pack.examples.emergency.values(), *pack.examples.other):
        assert translated(language, text) in page
    for site in pack.sites.values():
        assert translated(language, site.name) in page
        assert all(phone.number in page for phone in site.police.emergency_phones)
    assert "/report/examples" in client.get("/report").text


def test_the_page_is_in_plain_words(served: Served) -> None:
    """What is ours in it reads at grade 8 at most; in Spanish nothing of ours is in English."""
    client, examples = served.stranger(), served.book.pack.examples
    plans = {*examples.emergency.values(), *examples.other}
    page = client.get("/report/examples?lang=en").text
    assert grade([text for text in read_on(page) if text not in plans]) <= 8
    spanish = read_on(client.get("/report/examples?lang=es").text)
    mine = ("University Police", "law enforcement", "Office")
    found = [text for text in spanish if ENGLISH.search(text)]
    assert [text for text in found if not any(word in text for word in mine)] == []


def test_everybody_can_use_the_page_of_what_to_report(browser: Browser, served: Served) -> None:
    """In a hand, in the dark and in Spanish."""
    with opened(browser, 360, 740, dark=True) as page:
        page.goto(f"{served.url}/report/examples?lang=es")
        expect(page.get_by_role("heading", level=1)).to_have_text("Qué reportar")
        looked_at(page)
