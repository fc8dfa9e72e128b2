"""What tests of links work with: the console, an office with a second mailbox on file, and its mail."""

import re
from collections.abc import Iterator

import pytest

from states.policy.pack import Pack
from tasks.desk import Desk
from tests.console.web.conftest import Served, served

__all__ = ["served"]

#: the mailbox that codes go to
OTHER = "the.other.mailbox@wnmu.example"

#: the one that codes for University Police go to
WATCH_DESK = "watch.desk@wnmu.example"


def with_second_mailbox(pack: Pack) -> Pack:
    """The plan, in which Academic Affairs, which hears of recommendations, is reached another way, too."""
    office = pack.offices["academic_affairs"].model_copy(update={"codes_to": OTHER})
    return pack.model_copy(update={"offices": {**pack.offices, "academic_affairs": office}})


@pytest.fixture(autouse=True)
def second_mailbox(served: Served) -> Iterator[None]:
    """The office has it on file for each test here."""
    book, before = served.book, served.book.pack
    book.pack = with_second_mailbox(before)
    yield
    book.pack = before


def desk_of(served: Served) -> Desk:
    """What the console works at."""
    desk: Desk = served.app.state.desk
    return desk


def mails(served: Served, to: str) -> list[str]:
    """What was sent to an address, oldest first, in clear."""
    found = sorted(desk_of(served).settings.outbox.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    texts = [file.read_text().replace("=\n", "") for file in found]
    return [text for text in texts if f"To: {to}" in text]


def code_in(served: Served, to: str = OTHER) -> str:
    """The newest code that was sent there."""
    (code,) = set(re.findall(r"Your code is (\d{4} \d{4})", mails(served, to)[-1]))
    return str(code)
