"""Chat channels by a campus's authority and proxy: what stands in the way is named, and tried again."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from notifications.channels.chat import AppriseChannel
from notifications.channels.terms import Terms
from states.errors import StepFailed
from tests.servers.encrypted import Campus, https
from tests.servers.forwarding_proxy import forwarding
from tests.waiting import PATIENCE

Maker = Callable[..., EmailMessage]

#: apprise imports all of its channels at the first use, and one of them imports what Python 3.13 takes away
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TERMS = Terms(timeout=PATIENCE, whole=PATIENCE, connections=4, purpose=" of a test")


@pytest.fixture
def campus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Campus:
    """An authority that this machine is not told of."""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        # Set first, so that whatever a channel sets is taken back.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return Campus(tmp_path)


async def failure(mail: Maker, url: str) -> tuple[str, bool]:
    """What a hand-over ends in: the code, and whether it is for good."""
    with pytest.raises(StepFailed) as failed:
        await AppriseChannel(TERMS).deliver(mail(own_channel=False, to=url), url)
    return failed.value.code, failed.value.permanent


async def test_the_environment_s_authority_is_believed(
    mail: Maker, campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``SSL_CERT_FILE`` goes for chat as well; without it nobody vouches for the channel."""
    with https(campus.server("127.0.0.1")) as server:
        url = f"jsons://127.0.0.1:{server.port}/room"
        assert await failure(mail, url) == ("certificate_unknown", False)
        monkeypatch.setenv("SSL_CERT_FILE", str(campus.ca))
        await AppriseChannel(TERMS).deliver(mail(own_channel=False, to=url), url)
    assert server.asked == ["/room"]


@pytest.mark.parametrize("expired", [True, False])
async def test_a_certificate_is_named_as_what_it_is(
    mail: Maker, campus: Campus, monkeypatch: pytest.MonkeyPatch, *, expired: bool
) -> None:
    """Past its time, or for another name; the message surely stayed, and is tried again."""
    monkeypatch.setenv("SSL_CERT_FILE", str(campus.ca))
    with https(campus.server("127.0.0.1" if expired else "elsewhere.example", expired=expired)) as server:
        code = "certificate_expired" if expired else "certificate_mismatch"
        assert await failure(mail, f"jsons://127.0.0.1:{server.port}/room") == (code, False)


async def test_a_proxy_that_refuses_is_named_as_what_it_is(
    mail: Maker, campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not the channel that says no."""
    with forwarding(campus.folder, {}) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert await failure(mail, "jsons://chat.example.edu/room") == ("proxy_refused", False)
    assert [line.split()[1] for line in proxy.asked] == ["chat.example.edu:443"]
