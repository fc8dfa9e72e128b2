"""Files of a case in a real browser: chosen, added, looked at, where nothing of them runs."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.console.web.conftest import Served
from tests.console.web.files.test_files import added
from tests.console.web.looking import looked_at
from tests.console.web.table.people import case_of_the_table
from tests.servers.chromium import chromium
from tests.waiting import PATIENCE

#: a picture of one dot
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6360606000000004"
    "0001f61738550000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of this file."""
    with chromium() as running:
        yield running


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_files_are_chosen_added_and_looked_at(
    browser: Browser, served: Served, width: int, scheme: str
) -> None:
    """What is refused says so beside what was typed; every page can be used by everybody."""
    number, client = case_of_the_table(served), served.browser("officer")
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.add_cookies([{"name": "tat", "value": client.cookies["tat"], "url": served.url}])
    page = context.new_page()
    page.goto(f"{served.url}/cases/{number}")
    page.get_by_role("link", name="Files", exact=True).click()
    looked_at(page, width)
    page.get_by_label("What do they show").fill("Invented words.")
    program = FilePayload(name="x.png", mimeType="image/png", buffer=b"MZ\x90\0" * 5000)
    page.get_by_label("Files", exact=True).set_input_files([program])
    page.get_by_role("button", name="Add to the case").click()
    assert "print it to a PDF" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("What do they show").input_value() == "Invented words."
    looked_at(page, width)
    dot = FilePayload(name="dot.png", mimeType="image/png", buffer=DOT)
    page.get_by_label("Files", exact=True).set_input_files([dot])
    page.get_by_role("button", name="Add to the case").click()
    page.get_by_role("link", name=re.compile("Look at it.*dot.png")).click()
    expect(page.locator("img.looked-at")).to_have_js_property("naturalWidth", 1, timeout=PATIENCE * 1000)
    looked_at(page, width)
    page.get_by_role("link", name="Files of").click()
    # Other tests add files of theirs to the case.
    mine = page.locator(".files > li", has_text="dot.png").filter(has=page.get_by_text("Withdraw it"))
    mine.get_by_text("Withdraw it").click()
    mine.get_by_label("Why").fill("Of somebody else.")
    mine.get_by_role("button", name="Withdraw this file").click()
    expect(page.locator(".files")).to_contain_text("Withdrawn by officer", timeout=PATIENCE * 1000)
    looked_at(page, width)
    context.close()


def test_a_page_in_a_picture_s_clothes_runs_nowhere(browser: Browser, served: Served) -> None:
    """Its own address shows no page and runs no script, whatever it begins like."""
    number, client = case_of_the_table(served), served.browser("officer")
    script = b"GIF89a=1/*<html><script>document.title='ran';location='/account'</script>*/"
    file_id = added(served, client, number, "x.gif", script)
    context = browser.new_context()
    context.add_cookies([{"name": "tat", "value": client.cookies["tat"], "url": served.url}])
    page = context.new_page()
    page.goto(f"{served.url}/cases/{number}/files/{file_id}/shown")
    assert page.url.endswith("/shown")
    assert page.evaluate("[self.origin, document.contentType]") == ["null", "image/gif"]
    assert page.title() != "ran"
    context.close()
