"""Reads mails in a child process with limits of time and memory: a mail can end it, and hold nothing up.

The child has an empty environment, so that it knows no key, and opens nothing but the modules that it reads
mail with: it is given a mail's bytes, and gives back what the mail says.
"""

import errno
import json
import subprocess
import sys
import threading
from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from tasks.doors.letters import LENGTH, Letter

_Child: TypeAlias = "subprocess.Popen[bytes]"

#: what the child runs; where our packages lie and those that read mail is said behind its limits
_PROGRAM = """
import sys
sys.path += sys.argv[3:]
from tasks.doors.letters import main
main(int(sys.argv[1]), int(sys.argv[2]))
"""

#: what others wrote that reads mail: loaded by the child when a mail needs it
_READERS = ("nh3", "tnefparse", "compressed_rtf", "striprtf", "flufl.bounce")

#: seconds of the processor's time that one mail may take
SECONDS = 3

#: bytes of memory that the child may have
MEMORY = 768 * 1024 * 1024

#: seconds after which a child that does not answer is killed, however little it was given to run
DEADLINE = 60.0


def _places() -> list[str]:
    """The folders of what the child loads."""
    readers = (str(distribution(name).locate_file("")) for name in _READERS)
    return list(dict.fromkeys((str(Path(__file__).parents[2]), *readers)))


class MailReader:
    """Reads one mail after the other; enter it, so that its child ends with the block.

    Args:
        seconds: of the processor's time that one mail may take.
        memory: bytes that the child may have.
        deadline: seconds after which a child that does not answer is killed.
    """

    def __init__(self, *, seconds: int = SECONDS, memory: int = MEMORY, deadline: float = DEADLINE) -> None:
        self._limits = [str(seconds), str(memory)]
        self._deadline = deadline
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start no child yet: most rounds find no mail."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self._end()

    def read(self, content: bytes) -> Letter | None:
        """Read a mail; None when that took too much time or memory.

        Args:
            content: the mail, as it lay in the folder.

        Raises:
            OSError: no child could be started; this says nothing of the mail.
        """
        child = self._child if self._child is not None else self._start()
        answer = self._hear(child, len(content).to_bytes(LENGTH) + content, self._deadline)
        if answer is None:
            self._end()
            return None
        return Letter.told(json.loads(answer))

    def _start(self) -> _Child:
        # Without what runs at Python's start, and without writing what it has compiled.
        command = [sys.executable, "-I", "-S", "-B", "-c", _PROGRAM, *self._limits, *_places()]
        quiet = subprocess.DEVNULL
        pipe = subprocess.PIPE
        self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=quiet, env={})
        # What a mail may take says nothing of how long a machine that is busy takes to start it.
        if self._hear(self._child, b"", DEADLINE) is None:
            self._end()
            raise OSError(errno.ECHILD, "the process that reads mails could not be started")
        return self._child

    def _hear(self, child: _Child, said: bytes, deadline: float) -> bytes | None:
        """Say something to the child and hear its answer; None when it died over it, or had to be killed."""
        if child.stdin is None or child.stdout is None:
            return None
        watch = threading.Timer(deadline, child.kill)
        watch.daemon = True
        watch.start()
        try:
            child.stdin.write(said)
            child.stdin.flush()
            length = int.from_bytes(child.stdout.read(LENGTH))
            answer = child.stdout.read(length)
        except BrokenPipeError:
            return None
        finally:
            watch.cancel()
        return answer if answer and len(answer) == length else None

    def _end(self) -> None:
        if self._child is None:
            return
        self._child.kill()
        with suppress(BrokenPipeError):
            # What the child did not read any more is in the pipe's buffer.
            self._child.communicate()
        self._child = None
