"""Every message of the team is read on a page before it goes out, with invented people."""

import html

import httpx
import pytest

from notifications.messages.registry import MESSAGES
from tests.console.web.admin.conftest import read
from tests.console.web.conftest import Served


def test_each_message_is_shown_as_its_recipients_read_it(alone: Served) -> None:
    """Each is in the list and has its page, for every kind of channel on which it differs."""
    browser = alone.browser("officer")
    listed = browser.get("/admin/messages").text
    for name, message in MESSAGES.items():
        assert f'href="/admin/messages/{name}"' in listed
        shown = browser.get(f"/admin/messages/{name}")
        assert shown.status_code == httpx.codes.OK
        assert message.purpose in html.unescape(shown.text)
        assert ("On any other channel" in shown.text) is not message.everywhere
    assert browser.get("/admin/messages/none").status_code == httpx.codes.NOT_FOUND


@pytest.mark.clause("W-27")
def test_what_goes_to_a_reporter_is_written_in_both_languages(alone: Served) -> None:
    """The question that waits for them, and how the matter ended; what goes to the team is in English."""
    browser = alone.browser("officer")
    for name, spanish in (
        ("reporter_question", "Le espera un mensaje"),
        ("disposition_notice", "Gracias por avisar"),
    ):
        said = read(browser.get(f"/admin/messages/{name}"))
        assert "written in English and Spanish" in said
        assert spanish in said
    assert "written in English" in read(browser.get("/admin/messages/reminder"))
