"""What the tests of envelopes and channels share."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from notifications.channels.envelope import build, message_id
from notifications.messages.registry import MESSAGES
from notifications.messages.rendering import render

#: when the invented messages were decided on
DECIDED = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def mail() -> Callable[..., EmailMessage]:
    """Makes the mail of a message's sample; keyword arguments change the envelope."""

    def make(name: str = "team_notice", *, own_channel: bool = True, **changes: object) -> EmailMessage:
        envelope: dict[str, object] = {
            "sender": "team@example.edu",
            "to": "chair@example.edu",
            "message_id": message_id("effect-1", name, "recipient-1"),
            "date": DECIDED,
        }
        rendered = render(name, MESSAGES[name].sample, own_channel=own_channel)
        return build(rendered, **(envelope | changes))  # type: ignore[arg-type]

    return make
