"""Debian's Chromium, without a window, with one patience for whatever its pages are waited for."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from tests.servers.programs import installed
from tests.waiting import PATIENCE

#: milliseconds, as the browser's driver has it
PATIENT = PATIENCE * 1000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser for as long as the block lasts; where there is none, the test is skipped or fails."""
    executable = installed("chromium")
    expect.set_options(timeout=PATIENT)
    with sync_playwright() as playwright:
        # As root it runs in no sandbox of its own.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        with playwright.chromium.launch(
            executable_path=executable, args=arguments, timeout=PATIENT
        ) as browser:
            yield browser


@contextmanager
def opened(
    browser: Browser, width: int, height: int = 900, *, dark: bool = False, **more: Any
) -> Iterator[Page]:
    """A page in a browser that remembers nothing, for as long as the block lasts.

    Args:
        browser: the browser.
        width: of the screen, in CSS pixels.
        height: the same.
        dark: whether its owner likes dark paper.
        more: what else Playwright is told of it.
    """
    screen = ViewportSize(width=width, height=height)
    with browser.new_context(viewport=screen, color_scheme="dark" if dark else "light", **more) as context:
        context.set_default_timeout(PATIENT)
        yield context.new_page()


def leads_on(page: Page, pressed: Locator, *, key: str = "") -> None:
    """Press something, and wait until the page that it leads to is there; what leads nowhere fails.

    Args:
        page: where it stands.
        pressed: a link, or a form's button.
        key: what is pressed on the keyboard, where it has the focus; empty: it is clicked.
    """
    with page.expect_navigation(timeout=PATIENT):
        if key:
            page.keyboard.press(key)
        else:
            pressed.click()
