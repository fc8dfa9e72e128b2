"""What every channel keeps to: how long it may wait, and what is done right before a message leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Terms:
    """How much a far side may be asked to bear, and how long it may keep us waiting.

    Args:
        timeout: seconds that a mail server may take for each word of the conversation.
        whole: seconds that a far side may take for all of it.
        connections: how many conversations with the mail server there may be at once.
        purpose: tells the threads of one purpose from those of another, even towards the same server.
    """

    timeout: float
    whole: float
    connections: int
    purpose: str


#: what everything but an alarm goes out by; mail servers bear some twenty connections from one machine
ROUTINE = Terms(timeout=20.0, whole=90.0, connections=20, purpose="")

#: what an alarm goes out by: whatever hangs or queues at the same server, it has its own way there
ALARM = Terms(timeout=5.0, whole=20.0, connections=16, purpose=" for alarms")


#: what is done right before a message leaves: where it raises, nothing leaves
First = Callable[[], object]


def nothing() -> None:
    """Do nothing before a message leaves."""


class Channel(Protocol):
    """One way of handing a message over."""

    async def deliver(self, message: EmailMessage, to: str, *, first: First = nothing) -> None:
        """Hand a message over; returning means that the channel has taken it.

        Args:
            message: from :func:`notifications.channels.envelope.build`.
            to: the recipient's mailbox or channel URL.
            first: called right before, after all waiting; nothing leaves when it raises.

        Raises:
            StepFailed: the channel did not take it.
        """
