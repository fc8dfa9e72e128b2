"""A console of administration's own: what fails or differs in it is seen on no other page."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from states.casebook.team import members
from states.contents.team import MemberContent
from states.vocabulary.people import Role
from tests.console.web.conftest import Served, console

#: who looks after things, beside the team
LOOKING_AFTER = {
    "runner": Role.OPERATOR,
    "admin": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
    "keeper": Role.CUSTODIAN,
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Served]:
    """A console for one file: what one approves, or puts in force, is in force for all who look."""
    with console(tmp_path_factory.mktemp("admin"), migrated) as served:
        for member, role in LOOKING_AFTER.items():
            content = MemberContent(name=f"invented-{member}-name", address=f"{member}@wnmu.example")
            offices = [served.book.pack.custodian_office] if role is Role.CUSTODIAN else []
            members.enrol(served.book, member, content, by=served.walk.chair, offices=offices, roles=[role])
        yield served


def read(answer: httpx.Response) -> str:
    """What a page says, without its markup."""
    assert answer.status_code == httpx.codes.OK
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
