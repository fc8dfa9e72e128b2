"""A report of concern in a real browser: on a phone and a desk, in both languages, without a script too."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.servers.chromium import leads_on, opened

#: width, height, dark, script, language
PHONE = (360, 740, False, True, "es-MX")
PHONE_WITHOUT_SCRIPT = (360, 740, False, False, "en-US")
DESK = (1280, 900, True, True, "en-US")

WORDS = {
    "en": (
        *("No, or I do not know", "Go on", "What happened?", "Save and go on", "Send the report"),
        *("Number", "Secret", "Show my report", "Nobody has opened it yet"),
    ),
    "es": (
        *("No, o no lo sé", "Continuar", "¿Qué pasó?", "Guardar y continuar", "Enviar el reporte"),
        *("Número", "Clave secreta", "Ver mi reporte", "Nadie lo ha abierto todavía"),
    ),
}


@pytest.mark.clause("W-16")
@pytest.mark.parametrize("screen", [PHONE, PHONE_WITHOUT_SCRIPT, DESK], ids=["phone", "no-script", "desk"])
def test_a_concern_is_reported_and_its_reporter_comes_back(
    browser: Browser, served: Served, screen: tuple[int, int, bool, bool, str]
) -> None:
    """From the first question to the receipt and back to it; each page is looked at on the way."""
    width, height, dark, script, locale = screen
    no, go, what, save, send, number_is, secret_is, show, unread = WORDS[locale[:2]]

    def look(page: Page) -> None:
        if script:
            looked_at(page)

    with opened(browser, width, height, dark=dark, java_script_enabled=script, locale=locale) as page:
        page.goto(f"{served.url}/report")
        look(page)
        page.get_by_label("Silver City").check()
        page.get_by_label(no).check()
        leads_on(page, page.get_by_role("button", name=go, exact=True))
        expect(page).to_have_url(re.compile("/report/what"))
        look(page)
        page.get_by_label(what).fill("Sam Sample frightens an invented class.")
        for step in ("who", "you", "send"):
            leads_on(page, page.get_by_role("button", name=save))
            expect(page).to_have_url(re.compile(f"/report/{step}"))
            look(page)
        page.reload()
        for step in ("you", "who", "what"):
            page.go_back()
            expect(page).to_have_url(re.compile(f"/report/{step}"))
        expect(page.get_by_label(what)).to_have_value("Sam Sample frightens an invented class.")
        page.goto(f"{served.url}/report/send")
        leads_on(page, page.get_by_role("button", name=send))
        expect(page).to_have_url(re.compile("/report/receipt"))
        number, secret = (page.locator(".receipt code").nth(which).inner_text() for which in range(2))
        look(page)
        page.goto(f"{served.url}/report/return")
        look(page)
        page.get_by_label(number_is).fill(number)
        page.get_by_label(secret_is).fill(secret)
        leads_on(page, page.get_by_role("button", name=show))
        expect(page.locator("main")).to_contain_text(unread)
        look(page)


@pytest.mark.clause("W-16")
def test_the_form_on_paper_prints_on_either_paper_and_nothing_hides(browser: Browser, served: Served) -> None:
    """On Letter and on A4, in both languages: a handful of pages, every question to be seen, and no case."""
    for locale, last in (
        ("en-US", "If yes: their phone number"),
        ("es-MX", "Si la respuesta es sí: su teléfono"),
    ):
        with opened(browser, 816, 1056, locale=locale) as page:
            page.goto(f"{served.url}/report/paper")
            page.emulate_media(media="print")
            questions = page.locator(".blank p")
            expect(questions.last).to_be_visible()
            expect(questions.filter(has_text=last)).to_be_visible()
            expect(questions.filter(visible=False)).to_have_count(0)
            expect(page.get_by_role("navigation")).to_have_count(0)
            expect(page.locator("body")).not_to_contain_text("TAT-")
            for paper in ("Letter", "A4"):
                pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))
                assert 2 <= pages <= 6, (locale, paper, pages)
