"""Sees what a stranger's code does while it runs: what it says, and what it reaches for outside itself."""

import io
import logging
import sys
import sysconfig
import warnings
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: what Python reports (PEP 578) when code goes outside, and what that is in plain words
OUTSIDE = {
    "open": "a file",
    "os.listdir": "a folder",
    "os.scandir": "a folder",
    "sqlite3.connect": "a database",
    "socket.connect": "the network",
    "socket.getaddrinfo": "the network",
    "socket.gethostbyname": "the network",
    "socket.sendto": "the network",
    "subprocess.Popen": "another program",
}

#: where Python itself and its time zones lie, and what the folders of its libraries are called, wherever
#: they are: reading there is importing
_OWN = [
    *{sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()},
    *zoneinfo.TZPATH,
]

_LIBRARIES = {"site-packages", "dist-packages"}

#: files that are code wherever they lie
_CODE = {".py", ".pyc", ".so", ".pth"}


@dataclass(slots=True)
class Outside:
    """What was reached for.

    Args:
        shut: whether every such reach fails.
        text: what the failure says; a source must not pass it on.
        touched: what was reached for, in plain words.
    """

    shut: bool = False
    text: str = ""
    touched: set[str] = field(default_factory=set)


#: follows the code that is watched into its tasks and threads
_watching: ContextVar[Outside | None] = ContextVar("watching", default=None)
_hooked: list[bool] = []


@contextmanager
def outside(*, shut: bool = False, text: str = "") -> Iterator[Outside]:
    """Watch what the code within reaches for; also in the tasks and threads that it starts.

    Args:
        shut: whether network, files and programs are to fail, as when the far side is away.
        text: what that failure says.
    """
    if not _hooked:
        # Python takes such a hook for good; without a watch it does nothing.
        sys.addaudithook(_hook)
        _hooked.append(True)
    seen = Outside(shut=shut, text=text)
    token = _watching.set(seen)
    try:
        yield seen
    finally:
        _watching.reset(token)


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event not in OUTSIDE:
        return
    seen = _watching.get()
    if seen is None or (event in ("open", "os.listdir", "os.scandir") and _importing(args[0])):
        return
    seen.touched.add(OUTSIDE[event])
    if seen.shut:
        raise ConnectionRefusedError(seen.text)


def _importing(path: object) -> bool:
    if not isinstance(path, (str, bytes)):
        # A descriptor that is open already.
        return True
    name = path if isinstance(path, str) else path.decode(errors="replace")
    file = Path(name)
    library = not _LIBRARIES.isdisjoint(file.parts)
    return library or file.suffix in _CODE or any(name.startswith(own) for own in _OWN)


@dataclass(slots=True)
class Said:
    """Whatever was said, by place.

    Args:
        places: the text in each place.
    """

    places: dict[str, str] = field(default_factory=dict)

    def add(self, place: str, text: str) -> None:
        """Put more text to a place."""
        self.places[place] = self.places.get(place, "") + text + "\n"


class _Records(logging.Handler):
    def __init__(self, said: Said) -> None:
        super().__init__(logging.DEBUG)
        self._said = said
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._said.add("a log", self.format(record))


@contextmanager
def listening() -> Iterator[Said]:
    """Hear everything that the code within logs, prints or warns of."""
    said, out, err = Said(), io.StringIO(), io.StringIO()
    with (
        _logs(_Records(said)),
        redirect_stdout(out),
        redirect_stderr(err),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        yield said
    said.add("standard output", out.getvalue())
    said.add("standard error", err.getvalue())
    for warning in warned:
        said.add("a warning", str(warning.message))


@contextmanager
def _logs(handler: logging.Handler) -> Iterator[None]:
    root = logging.getLogger()
    named = [logging.getLogger(name) for name in list(root.manager.loggerDict)]
    heard = [root, *(logger for logger in named if not logger.propagate)]
    level, disabled = root.level, root.manager.disable
    root.setLevel(logging.DEBUG)
    logging.disable(logging.NOTSET)
    for logger in heard:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in heard:
            logger.removeHandler(handler)
        root.setLevel(level)
        logging.disable(disabled)
