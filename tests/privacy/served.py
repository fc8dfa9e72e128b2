"""The console as a process of its own, as `tat up` starts it, and what it says and sends."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from deployments.supervision.children import READY
from deployments.supervision.environment import child_environment
from deployments.supervision.listening import listening_socket
from states.settings import Settings
from states.vault import make_key_file

#: how `tat up` starts it: what follows the interpreter
AS_UP_DOES = ("-m", "console.web")

#: the same, but that the web server and everything else tell all that they can
TALKATIVE = """
import logging
from console.http.connections import SERVER
from console.web.__main__ import main
SERVER["log_level"] = "debug"
logging.basicConfig(level=logging.INFO)
main()
"""


@dataclass(frozen=True, slots=True)
class Process:
    """A console that runs.

    Args:
        settings: the installation's settings.
        url: where it is served.
        said: the file that takes both its outputs.
    """

    settings: Settings
    url: str
    said: Path

    def mails(self) -> list[EmailMessage]:
        """Every mail that lies in the outbox folder, oldest first."""
        files = sorted(self.settings.outbox.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def code(self) -> str:
        """The newest code that the console sent; empty: none yet."""
        codes = [re.search(r"Your code is (\d{4} \d{4})", words_of(mail)) for mail in self.mails()]
        return next((found.group(1) for found in reversed(codes) if found), "")


@contextmanager
def running(home: Path, migrated: Path, started: Sequence[str] = AS_UP_DOES) -> Iterator[Process]:
    """Run the console on an empty casebook.

    Args:
        home: the data folder, which is made.
        migrated: an empty case database.
        started: what follows the interpreter; the number of the socket comes last.
    """
    home.mkdir()
    with listening_socket("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(home=home, base_url=url)
        make_key_file(settings.key_file)
        shutil.copyfile(migrated, home / "casebook.db")
        said = home.parent / f"{home.name}.said"
        with said.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *started, str(listener.fileno())],
                env=child_environment(settings) | {"PYTHONUNBUFFERED": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                pass_fds=[listener.fileno()],
            )
    with process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().decode().strip() == READY, said.read_text()
            yield Process(settings, url, said)
        finally:
            process.terminate()
            rest = process.stdout.read()
            with said.open("ab") as output:
                output.write(rest)


def words_of(mail: EmailMessage) -> str:
    """All that a mail says: its head, but for whom it is to, and each part of it, decoded."""
    head = [f"{name}: {value}" for name, value in mail.items() if name.lower() != "to"]
    parts = [part for part in mail.walk() if not part.is_multipart()]
    said = [str(part.get_content()) for part in parts]
    return "\n".join([*head, *said, *(str(part.get_filename()) for part in parts)])
