"""Chat, SMS and push by apprise: nothing with content goes there, and what fails is told without a token."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr

from notifications.channels.chat import AppriseChannel
from notifications.channels.smtp import SmtpChannel
from notifications.channels.ways import OutboxChannel, channel_for
from states.errors import BadInput, StepFailed
from states.settings import Settings
from tests.notifications.handing_over import TO, Maker, saying, says_nothing, within
from tests.waiting import PATIENCE

#: apprise imports all of its channels at the first use, and one of them imports what Python 3.13 takes away
apprise_loads_everything = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class WebHook(BaseHTTPRequestHandler):
    """A chat channel's receiving end."""

    status = 200
    received: list[dict[str, object]]

    def do_POST(self) -> None:
        """Keep what was posted."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(json.loads(body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing on the test's output."""


@pytest.fixture
def hook() -> Iterator[tuple[str, type[WebHook]]]:
    """A running web hook: its apprise URL, and the handler that keeps what it receives."""
    handler = type("Hook", (WebHook,), {"received": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"json://127.0.0.1:{server.server_port}/secret-token", handler
        server.shutdown()
        thread.join()


@apprise_loads_everything
async def test_apprise_carries_subject_and_text(mail: Maker, hook: tuple[str, type[WebHook]]) -> None:
    """A chat channel gets what an alarm tells on any channel: case, link, level and kind."""
    url, handler = hook
    await AppriseChannel().deliver(mail("alert_police", own_channel=False, to=url), url)
    (posted,) = handler.received
    whole = "EMERGENCY / EMERGENCIA Main campus: call now / llame ya 555-0100 (TAT-2026-0001): weapon, named"
    assert str(posted["title"]).startswith(whole)
    assert "https://tat.example.edu/cases/TAT-2026-0001" in str(posted["message"])
    assert "Extreme" in str(posted["message"])


@pytest.mark.clause("W-39")
async def test_apprise_refuses_a_message_with_content(mail: Maker, hook: tuple[str, type[WebHook]]) -> None:
    """A mistake further up cannot send the team's own words to a stranger's channel."""
    url, handler = hook
    with pytest.raises(StepFailed) as failed:
        await AppriseChannel().deliver(mail(own_channel=True), url)
    assert (failed.value.code, failed.value.permanent) == ("content_withheld", True)
    assert not handler.received


@apprise_loads_everything
async def test_a_chat_channel_that_fails_is_worth_another_try(
    mail: Maker, hook: tuple[str, type[WebHook]], caplog: pytest.LogCaptureFixture
) -> None:
    """A server error is temporary, and no log line holds the channel's token."""
    url, handler = hook
    handler.status = 503
    caplog.set_level(logging.DEBUG, logger="apprise")
    with pytest.raises(StepFailed) as failed:
        await AppriseChannel().deliver(mail(own_channel=False, to=url), url)
    assert (failed.value.code, failed.value.permanent) == ("channel_unavailable", False)
    assert "secret-token" not in caplog.text


@apprise_loads_everything
async def test_a_chat_server_that_drips_is_left_behind(mail: Maker) -> None:
    """It has the message by then: maybe it took it, so that nobody sends it again."""
    with saying(b"H", 0.02) as server:
        url = f"json://{server}/room"
        with pytest.raises(StepFailed) as failed:
            await AppriseChannel(within(PATIENCE, whole=1.0)).deliver(mail(own_channel=False, to=url), url)
    assert (failed.value.code, failed.value.permanent) == ("maybe_sent", True)
    assert says_nothing(failed.value)


@apprise_loads_everything
async def test_a_url_that_apprise_does_not_know_is_permanent(mail: Maker) -> None:
    """A misspelt scheme is a setting to mend."""
    with pytest.raises(StepFailed) as failed:
        await AppriseChannel().deliver(mail(own_channel=False), "carrierpigeon://loft")
    assert (failed.value.code, failed.value.permanent) == ("channel_misconfigured", True)


def test_the_address_and_the_settings_choose_the_channel(tmp_path: Path) -> None:
    """Mailboxes go by SMTP when a server is set and to the outbox when not; everything else by apprise."""
    alone = Settings(home=tmp_path)
    served = Settings(home=tmp_path, smtp_url=SecretStr("smtp://mail.example.edu"))
    assert isinstance(channel_for(TO, alone), OutboxChannel)
    assert isinstance(channel_for(f"mailto:{TO}", served), SmtpChannel)
    assert isinstance(channel_for("json://127.0.0.1/x", served), AppriseChannel)
    with pytest.raises(BadInput):
        channel_for("nobody", served)
