"""A report of concern in a real browser: on a phone and a desk, in both languages, without a script too."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.console.web.conftest import Served
from tests.console.web.looking import looked_at
from tests.servers.chromium import chromium

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of this file."""
    with chromium() as running:
        yield running


@pytest.mark.clause("W-16")
@pytest.mark.parametrize("screen", [PHONE, PHONE_WITHOUT_SCRIPT, DESK], ids=["phone", "no-script", "desk"])
def test_a_concern_is_reported_and_its_reporter_comes_back(
    browser: Browser, served: Served, screen: tuple[int, int, bool, bool, str]
) -> None:
    """From the first question to the receipt and back to it; each page is looked at on the way."""
    width, height, dark, script, locale = screen
    no, go, what, save, send, number_is, secret_is, show, unread = WORDS[locale[:2]]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=script,
        locale=locale,
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()

    def look(page: Page) -> None:
        if script:
            looked_at(page, width)

    page.goto(f"{served.url}/report")
    look(page)
    page.get_by_label("Silver City").check()
    page.get_by_label(no).check()
    page.get_by_role("button", name=go, exact=True).click()
    page.wait_for_url(re.compile("/report/what"))
    look(page)
    page.get_by_label(what).fill("Sam Sample frightens an invented class.")
    for step in ("who", "you", "send"):
        page.get_by_role("button", name=save).click()
        page.wait_for_url(re.compile(f"/report/{step}"))
        look(page)
    page.reload()
    page.go_back()
    page.go_back()
    page.go_back()
    assert page.get_by_label(what).input_value() == "Sam Sample frightens an invented class."
    page.goto(f"{served.url}/report/send")
    page.get_by_role("button", name=send).click()
    page.wait_for_url(re.compile("/report/receipt"))
    number, secret = page.locator(".receipt code").all_inner_texts()
    look(page)
    page.goto(f"{served.url}/report/return")
    look(page)
    page.get_by_label(number_is).fill(number)
    page.get_by_label(secret_is).fill(secret)
    page.get_by_role("button", name=show).click()
    assert unread in page.inner_text("main")
    look(page)
    context.close()
