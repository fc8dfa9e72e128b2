"""Files of a case in a real browser: chosen, added, looked at, where nothing of them runs."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.console.web.conftest import Served
from tests.console.web.files.pdfs import RED, paged, pdf
from tests.console.web.files.test_files import added
from tests.console.web.looking import looked_at
from tests.console.web.table.people import case_of_the_table
from tests.servers.chromium import leads_on, opened

#: a picture of one dot
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6360606000000004"
    "0001f61738550000000049454e44ae426082"
)


#: a dot in the middle of the picture that is looked at
_MIDDLE = """() => {
    const sheet = document.querySelector("img.looked-at");
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.drawImage(sheet, -sheet.naturalWidth / 2, -sheet.naturalHeight / 2);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_files_are_chosen_added_and_looked_at(
    browser: Browser, served: Served, width: int, *, dark: bool
) -> None:
    """What is refused says so beside what was typed; every page can be used by everybody."""
    number, client = case_of_the_table(served), served.browser("officer")
    with opened(browser, width, dark=dark) as page:
        page.context.add_cookies([{"name": "tat", "value": client.cookies["tat"], "url": served.url}])
        page.goto(f"{served.url}/cases/{number}")
        leads_on(page, page.get_by_role("link", name="Files", exact=True))
        looked_at(page)
        page.get_by_label("What do they show").fill("Invented words.")
        program = FilePayload(name="x.png", mimeType="image/png", buffer=b"MZ\x90\0" * 5000)
        page.get_by_label("Files", exact=True).set_input_files([program])
        # Its answer takes the place of what was there, so that it can be said how far it has come.
        page.get_by_role("button", name="Add to the case").click()
        expect(page.get_by_role("alert")).to_contain_text("print it to a PDF")
        expect(page.get_by_label("What do they show")).to_have_value("Invented words.")
        looked_at(page)
        dot = FilePayload(name="dot.png", mimeType="image/png", buffer=DOT)
        page.get_by_label("Files", exact=True).set_input_files([dot])
        leads_on(page, page.get_by_role("button", name="Add to the case"))
        leads_on(page, page.get_by_role("link", name=re.compile("Look at it.*dot.png")))
        expect(page.locator("img.looked-at")).to_have_js_property("naturalWidth", 1)
        looked_at(page)
        leads_on(page, page.get_by_role("link", name="Files of"))
        mine = page.locator(".files > li", has_text="dot.png")
        mine.get_by_text("Withdraw it").click()
        mine.get_by_label("Why").fill("Of somebody else.")
        leads_on(page, mine.get_by_role("button", name="Withdraw this file"))
        expect(page.locator(".files")).to_contain_text("Withdrawn by invented-officer-name")
        looked_at(page)


def test_a_page_in_a_picture_s_clothes_runs_nowhere(browser: Browser, served: Served) -> None:
    """Its own address shows no page and runs no script, whatever it begins like."""
    number, client = case_of_the_table(served), served.browser("officer")
    script = b"GIF89a=1/*<html><script>document.title='ran';location='/account'</script>*/"
    file_id = added(served, client, number, "x.gif", script)
    shown = f"{served.url}/cases/{number}/files/{file_id}/shown"
    with opened(browser, 1280) as page:
        page.context.add_cookies([{"name": "tat", "value": client.cookies["tat"], "url": served.url}])
        page.goto(shown)
        assert page.evaluate("[self.origin, document.contentType]") == ["null", "image/gif"]
        expect(page).not_to_have_title("ran")
        expect(page).to_have_url(shown)


def test_of_a_pdf_nothing_runs_and_nothing_leads_away(browser: Browser, served: Served) -> None:
    """What a browser gets is what its page looks like: its script is not there, nor is its link."""
    number, client = case_of_the_table(served), served.browser("officer")
    file_id = added(served, client, number, "x.pdf", pdf(served.url))
    preview, asked, said = f"{served.url}/cases/{number}/files/{file_id}/preview", list[str](), list[str]()
    with opened(browser, 1280) as page:
        page.context.add_cookies([{"name": "tat", "value": client.cookies["tat"], "url": served.url}])
        page.context.on("request", lambda request: asked.append(request.url))
        page.context.on("dialog", lambda dialog: said.append(dialog.message))
        page.goto(preview)
        sheet = page.get_by_role("img", name=re.compile("Page 1 of x.pdf"))
        expect(sheet).to_have_js_property("naturalWidth", 1200)
        assert page.evaluate(_MIDDLE) == [255, 0, 0], "it is drawn"
        looked_at(page)
        sheet.click()
        leads_on(page, page.get_by_role("link", name="Files of"))
        assert len(page.context.pages) == 1
        assert (said, [each for each in asked if "by=script" in each]) == ([], [])


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_the_pages_of_a_pdf_are_gone_through(
    browser: Browser, served: Served, width: int, *, dark: bool
) -> None:
    """One at a time, on and back, by links."""
    number, client = case_of_the_table(served), served.browser("officer")
    file_id = added(served, client, number, "x.pdf", paged([RED] * 3))
    with opened(browser, width, dark=dark) as page:
        page.context.add_cookies([{"name": "tat", "value": client.cookies["tat"], "url": served.url}])
        page.goto(f"{served.url}/cases/{number}/files/{file_id}/preview")
        leads_on(page, page.get_by_role("link", name="Next page"))
        expect(page.get_by_role("navigation", name="Pages of the PDF")).to_contain_text("Page 2 of 3")
        expect(page.get_by_role("img", name=re.compile("Page 2 of x.pdf"))).to_be_visible()
        looked_at(page)
        leads_on(page, page.get_by_role("link", name="Next page"))
        expect(page.get_by_role("link", name="Next page")).to_have_count(0)
        leads_on(page, page.get_by_role("link", name="Previous page"))
        leads_on(page, page.get_by_role("link", name="Previous page"))
        expect(page.get_by_role("link", name="Previous page")).to_have_count(0)


def test_no_page_frames_a_file(served: Served) -> None:
    """Not even ours: what is framed may lead the page around it away; of a PDF there are only pictures."""
    number, client = case_of_the_table(served), served.browser("officer")
    file_id = added(served, client, number, "x.pdf", pdf(served.url))
    at = f"/cases/{number}/files/{file_id}"
    shown = client.get(f"{at}/preview").text
    assert not re.search("<(iframe|object|embed|frame)", shown)
    assert "by=script" not in shown
    assert client.get(f"{at}/shown").status_code == httpx.codes.NOT_FOUND
    assert client.get(f"{at}/download").headers["Content-Disposition"].startswith("attachment")
    picture = added(served, client, number, "dot.png", DOT)
    policy = client.get(f"/cases/{number}/files/{picture}/shown").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
