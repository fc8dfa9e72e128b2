"""What tests of the command line work with: a real casebook in its own folder, a team, and the command."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from console.cli import app
from states.casebook import Casebook
from states.casebook.team import members
from states.contents.team import MemberContent
from states.settings import Settings
from states.vocabulary.people import Role
from tests.cases import furnishing
from tests.cases.furnishing import Furnish
from tests.cases.walking import Walk
from tests.conftest import SERVER_FOLDER
from tests.servers.templates import once

#: who keeps the records and runs the machines in these tests
KEEPER = "keeper"

#: puts a text into a file; returns its path
File = Callable[[str | bytes], str]


@dataclass(frozen=True, slots=True)
class Tat:
    """The command, as somebody types it in a terminal of 80 columns.

    Args:
        home: the data folder.
        environment: the variables it sees.
    """

    home: Path
    environment: dict[str, str | None]

    def __call__(self, *args: str, given: str | bytes = "", member: str | None = "chair") -> Result:
        """Run it.

        Args:
            args: the words after `tat`.
            given: standard input.
            member: what TAT_MEMBER says; None leaves it out.
        """
        environment = self.environment | {"TAT_MEMBER": member}
        return CliRunner().invoke(app, list(args), input=given, env=environment)

    def json(self, *args: str, **how: Any) -> Any:
        """Run it with --json, which must succeed; returns the document."""
        result = self(*args, "--json", **how)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def example(self, *command: str) -> str:
        """A valid file for a command, made from its example with members of this team."""
        result = self(*command, "--example")
        assert result.exit_code == 0, result.stderr
        return result.stdout.replace("m-chair", "chair").replace("m-police", "officer")


@pytest.fixture(scope="session", autouse=True)
def tree_made_once() -> Iterator[None]:
    """Let Typer's runner make the tree of all commands once, as a process does, instead of for each call."""
    with pytest.MonkeyPatch.context() as runner:
        runner.setattr("typer.testing._get_command", cache(get_command))
        yield


@pytest.fixture
def empty(tmp_path: Path) -> Tat:
    """The command in a folder that holds nothing yet."""
    home = tmp_path / "home"
    return Tat(home, {"TAT_HOME": str(home), "COLUMNS": "80", "NO_COLOR": "1"})


@pytest.fixture(scope="session")
def with_team(pytestconfig: pytest.Config, with_team: Path) -> Path:
    """A data folder as elsewhere, in whose casebook the keeper is enrolled, too."""

    def enrol(book: Casebook) -> None:
        keeper = MemberContent(name="invented-keeper", address="keeper@wnmu.example")
        roles = [Role.CUSTODIAN, Role.OPERATOR]
        offices = ["student_affairs"]
        members.enrol(book, KEEPER, keeper, by=Walk(book).chair, offices=offices, roles=roles)

    def make(home: Path) -> None:
        furnishing.with_team(home, partial(furnishing.alike, other=with_team), enrol)

    return once(pytestconfig.stash[SERVER_FOLDER], "with-keeper", make)


@pytest.fixture
def tat(empty: Tat, furnish: Furnish) -> Tat:
    """The command with a casebook without cases."""
    furnish(empty.home)
    return empty


@pytest.fixture
def book(tat: Tat) -> Iterator[Casebook]:
    """The casebook that the command works on."""
    book = Casebook.open(Settings(home=tat.home))
    yield book
    book.close()


@pytest.fixture
def walk(book: Casebook) -> Walk:
    """An invented team, and the way of its cases."""
    return Walk(book)


@pytest.fixture
def file(tmp_path: Path) -> File:
    """Puts a text into a file; returns its path."""

    def write(content: str | bytes) -> str:
        path = tmp_path / "given.json"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write
