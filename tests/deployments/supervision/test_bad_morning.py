"""A bad morning, as docs/operators.md leads through it: its commands are typed to a real installation."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from console.partner_stub.app import application
from console.partner_stub.records import Records
from console.partner_stub.stub import Stub, new_signer
from deployments.supervision.listening import reserved_port
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import circuits, listing
from states.contents.reports import SubjectContent
from states.policy.pack import PACKS
from states.settings import Settings
from states.store.migrating import migrate
from states.vault import make_key_file
from states.vocabulary.effects import EffectStatus
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.sources import AnswerStatus
from tasks.far.signatures import written
from tasks.signs_of_life import Part, of_household
from tests.cases.walking import Walk
from tests.servers.serving import serving
from tests.waiting import PATIENCE, until

GUIDE = (Path(__file__).parents[3] / "docs" / "operators.md").read_text(encoding="utf-8")
MORNING = GUIDE.partition("## A bad morning\n")[2].partition("\n## ")[0]

#: the commands of each part of the section; those before its first heading under the empty one
STEPS = {
    part.partition("\n")[0]: re.findall(
        r"^(\S[^\n]*)$",
        "\n".join(re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)),
        re.MULTILINE,
    )
    for part in ("" + MORNING).split("\n### ")
}

#: the environment variable that holds the team's key for the partner
KEY = "TEAM_KEY"


class Inbox:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take a message."""
        del server, session
        self.taken.append(envelope.original_content or b"")
        return "250 OK"


class Morning:
    """An operator at work: what was typed, and what they look at.

    Args:
        home: the data folder.
        environment: what a shell has.
        ports: of mail server and partner, which are down until a test says otherwise.
        stub: the partner's stand-in.
    """

    def __init__(self, home: Path, environment: dict[str, str], ports: tuple[int, int], stub: Stub) -> None:
        self.home = home
        self.environment = environment
        self.mail_port, self.partner_port = ports
        self.stub = stub
        self.typed: set[str] = set()
        self.inbox = Inbox()
        self.book = Casebook.open(Settings(home=home, pack=environment["TAT_PACK"]))
        self.walk = Walk(self.book)

    def steps(self, part: str) -> Iterator[str]:
        """The commands of a part of the section, in turn."""
        self.typed.add(part)
        yield from STEPS[part]

    def type(self, line: str, *, code: int | None = 0, **words: str) -> str:
        """Type a command, with the words in capitals replaced; gives what it said."""
        for word, value in words.items():
            line = re.sub(rf"\b{word}\b(?!=)", value, line)
        done = subprocess.run(
            ["bash", "-c", line],  # noqa: S607 - whichever bash is here
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert code in (None, done.returncode), (line, done.stdout, done.stderr)
        return done.stdout + done.stderr

    @contextmanager
    def up(self, line: str) -> Iterator[subprocess.Popen[str]]:
        """Type `tat up`, and wait until it says that it is ready."""
        with subprocess.Popen(
            ["bash", "-c", line.replace("tat up", "exec tat up")],  # noqa: S607 - whichever bash is here
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                assert process.stdout is not None
                said = []
                for each in process.stdout:
                    said.append(each)
                    if each.startswith("Ready"):
                        break
                assert said[-1].startswith("Ready"), said
                yield process
                process.send_signal(signal.SIGINT)
                assert process.wait(PATIENCE) == 0
            finally:
                process.kill()

    @contextmanager
    def mail(self) -> Iterator[None]:
        """The mail server is up."""
        controller = Controller(self.inbox, hostname="127.0.0.1", port=self.mail_port, ready_timeout=PATIENCE)
        controller.start()
        try:
            yield
        finally:
            controller.stop()

    def partner(self) -> Any:
        """The partner is up."""
        return serving(application(self.stub), port=self.partner_port)

    def stuck(self, number: str) -> list[str]:
        """Ids of a case's effects that are stuck."""
        lines = listing.effects(self.book, by=SYSTEM, number=number, status=EffectStatus.STUCK)
        return [line.effect_id for line in lines]

    def part(self, name: str) -> Part:
        """What was noted of one of the processes."""
        noted = of_household(self.home)
        assert noted is not None
        return next(part for part in noted.parts if part.name == name)

    def page(self) -> str:
        """The operators' page."""
        port = self.environment["TAT_PREFECT_PORT"]
        answer = httpx.get(
            f"http://127.0.0.1:{port}/api/artifacts/operations/latest", trust_env=False, timeout=PATIENCE
        )
        return str(answer.json()["data"]) if answer.is_success else ""


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Morning]:
    """An installation whose mail server and partner are down, and which gives up after two attempts."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    pack = re.sub(
        r"(?m)^retry_seconds = .*$", "retry_seconds = [0.5]", (PACKS / "wnmu" / "pack.toml").read_text()
    )
    (tmp_path / "pack.toml").write_text(re.sub(r"(?m)^attempts = .*$", "attempts = 2", pack))
    ours = new_signer("team-1")
    records = Records(tmp_path / "partner.db")
    stub = Stub(records, new_signer("police-1"), {ours.key_id: ours.key.public_key()})
    with ExitStack() as stack:
        mail, partner, prefect, reception = (stack.enter_context(reserved_port()) for _ in range(4))
        stack.callback(records.close)
        (home / "sources.toml").write_text(
            f'[police]\nuse = "partner"\nurl = "http://127.0.0.1:{partner}"\nkey_id = "team-1"\n'
            f'kinds = ["weapons_registration"]\nprivate_key = {{ env = "{KEY}" }}\n'
            f'[police.partner_keys]\n{stub.signer.key_id} = "{stub.public_key()}"\n'
        )
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("TAT_", "PREFECT_"))
        } | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            KEY: written(ours.key),
            "COLUMNS": "160",
            "TAT_HOME": str(home),
            "TAT_PACK": str(tmp_path / "pack.toml"),
            "TAT_SMTP_URL": f"smtp://127.0.0.1:{mail}",
            "TAT_PREFECT_PORT": str(prefect),
            "TAT_RECEPTION_PORT": str(reception),
            "TAT_MEMBER": "chair",
            "NEW": str(tmp_path / "new"),
            "KEYS": str(home),
        }
        make_key_file(home / "master.key")
        migrate(f"sqlite:///{home / 'casebook.db'}")
        morning = Morning(home, environment, (mail, partner), stub)
        stack.callback(morning.book.close)
        yield morning


@pytest.mark.long
def test_each_step_of_a_bad_morning_does_what_the_guide_says(morning: Morning) -> None:
    """Partner down, mail down, relay gone, stuck effects, machine gone: every command, as it stands."""
    with morning.up("tat up"):
        with morning.mail():
            _partner_down(morning)
        number = _mail_down(morning)
        _relay_gone(morning)
        _stuck(morning)
        _at_a_glance(morning, number)
    with morning.mail():
        _machine_gone(morning)
    assert morning.typed == {part for part, commands in STEPS.items() if commands}


def _partner_down(morning: Morning) -> None:
    person = SubjectContent(
        name="Uma Example",
        identifiers={IdentifierKind.DATE_OF_BIRTH: "2001-02-03"},
        affiliations=(Affiliation.STUDENT,),
        unit="education",
        site="silver_city",
    )
    number = morning.walk.in_inquiry(subject=person)
    look, check, ask = morning.steps("A partner is down")
    said = morning.type(look, NAME="police", code=1)
    assert "name" in said
    assert "Nobody answers at that address" in said
    assert "Nobody answers at that address" in morning.type(check, NAME="police", code=1)
    with morning.partner():
        morning.type(check, NAME="police")
        morning.type(ask, NUMBER=number, KIND="weapons_registration")
        until(partial(_asked, morning, number), "the partner is not asked again")


def _asked(morning: Morning, number: str) -> bool:
    queries = morning.walk.records(number, "source_queries")
    return AnswerStatus.PENDING in {q["status"] for q in queries if q["kind"] == "weapons_registration"}


def _mail_down(morning: Morning) -> str:
    number = morning.walk.reported()
    until(partial(morning.stuck, number), "nothing is stuck, though no mail goes out")
    look, listed, redrive, again = morning.steps("The mail server is down")
    assert "mail server" in morning.type(look)
    assert number in morning.type(listed)
    with morning.mail():
        for effect in morning.stuck(number):
            morning.type(redrive, EFFECT=effect)
        until(lambda: not morning.stuck(number), "it is stuck still")
        until(lambda: not _fails(morning, "mail server"), "the mail server fails still")
        assert "mail server" not in morning.type(again)
    return number


def _fails(morning: Morning, name: str) -> bool:
    return name in {line.name for line in circuits.failing(morning.book, by=SYSTEM)}


def _relay_gone(morning: Morning) -> None:
    [relay] = [
        process
        for process in psutil.process_iter(["cmdline", "environ"])
        if "deployments.relay.process" in (process.info["cmdline"] or ())
        and (process.info["environ"] or {}).get("TAT_HOME") == str(morning.home)
    ]
    first, log, again = morning.steps("The relay is gone")
    relay.suspend()
    relay.kill()
    until(lambda: morning.part("relay").deaths == 1, "that the relay died is not noted")
    # Whether it lives again by now or not.
    said = morning.type(first, code=None)
    assert re.search(r"relay .* 1 ", said), said
    morning.type(log)
    until(lambda: morning.part("relay").heard_at is not None, "the relay gives no sign of life")
    assert "relay" in morning.type(again)


def _stuck(morning: Morning) -> None:
    number = morning.walk.reported()
    until(partial(morning.stuck, number), "nothing is stuck, though no mail goes out")
    listed, redrive = morning.steps("Effects are stuck")
    assert number in morning.type(listed)
    until(lambda: number in morning.page(), "the page does not show what is stuck")
    with morning.mail():
        for effect in morning.stuck(number):
            morning.type(redrive, EFFECT=effect)
        until(lambda: not morning.stuck(number), "it is stuck still")


def _at_a_glance(morning: Morning, number: str) -> None:
    health, alarms, failing, stuck = morning.steps("")
    assert "relay" in morning.type(health)
    morning.type(f"tat alarm raise {number} --reason Now. --danger weapon")
    assert number in morning.type(alarms)
    morning.type(failing)
    morning.type(stuck)
    assert "The relay ended by itself once within a day" in morning.page()


def _machine_gone(morning: Morning) -> None:
    held = morning.walk.reported()
    backup = json.loads(morning.type("tat backup --json"))["file"]
    make, keys, restore, verify, listed, let_go, up = morning.steps("The machine is gone")
    new = Path(morning.environment["NEW"])
    for line in (make, keys):
        morning.type(line)
    assert "held" in morning.type(restore, FILE=backup)
    morning.type(verify)
    assert held in morning.type(listed)
    assert "1 effect is due now" in morning.type(let_go, NUMBER=held)
    before = len(morning.inbox.taken)
    with morning.up(up):
        until(lambda: len(morning.inbox.taken) > before, "what was let go is not sent")
    assert (new / "casebook.db").exists()
