"""Which lanes of a data folder are alive, and which of them go about their work.

Each holds a lock that the kernel lets go of, however it dies, and counts in the same file each time that it
has looked for alarms: one that hangs counts no more. No clock is compared with another, no disk waited for.
"""

import fcntl
import os
from pathlib import Path
from time import monotonic

from states.errors import NotReady
from states.tables import new_id

#: how many lanes one data folder may have at once
MOST = 8

#: seconds without a sign of life after which a lane's claims are taken over
SILENCE = 3.0


class LaneName:
    """A lane's name among those of its data folder, held for as long as its process lives.

    Args:
        home: the data folder.

    Raises:
        NotReady: too many lanes run there already.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "alarm-lanes"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._house = _house(self._folder)
        self.name = f"{self._house}:{new_id()}"
        self._beats = 0
        self._heard: dict[str, tuple[str, float]] = {}
        self._listened = monotonic()
        if not any(self._take(place) for place in self._places()):
            message = (
                f"{MOST} alarm lanes work with {home} already, so this one was not started. Alarms go out; "
                "stop the lanes that nobody needs."
            )
            raise NotReady(message)

    def is_dead(self, holder: str | None) -> bool:
        """Whether a claim's holder was a lane of this folder that lives no more; of others who knows."""
        return bool(holder) and str(holder).startswith(f"{self._house}:") and holder not in self._living()

    def is_silent(self, holder: str | None) -> bool:
        """Whether a claim's holder is a lane of this folder that has given no sign of life lately."""
        heard = self._heard.get(str(holder))
        return heard is not None and self._listened - heard[1] > SILENCE

    def beat(self) -> None:
        """Give a sign of life."""
        self._beats += 1
        os.pwrite(self._held, f"{self.name}\n{self._beats:012}".encode(), 0)

    def listen(self) -> None:
        """Hear the other lanes' signs of life; to be called often, by whoever is about to ask of them."""
        before, self._listened = self._listened, monotonic()
        # Who did not listen for a while cannot say that nobody spoke.
        deaf = self._listened - before > SILENCE / 2
        for name, beats in self._living().items():
            known = self._heard.get(name)
            if known is None or deaf or known[0] != beats:
                self._heard[name] = beats, self._listened

    def _places(self) -> list[Path]:
        return [self._folder / str(number) for number in range(MOST)]

    def _take(self, place: Path) -> bool:
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        if not _locked(descriptor, fcntl.LOCK_EX):
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        # Never closed: the lock is to last as long as this process.
        self._held = descriptor
        self.beat()
        return True

    def _living(self) -> dict[str, str]:
        """The lanes that live, each with its newest sign of life."""
        living = {self.name: ""}
        for place in self._places():
            if not place.exists():
                continue
            with place.open("rb") as file:
                # A lock that can be shared is held by nobody.
                if not _locked(file.fileno(), fcntl.LOCK_SH):
                    name, _, beats = file.read().decode().partition("\n")
                    living[name] = beats
        return living


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _house(folder: Path) -> str:
    """What all lanes of a folder are called by, and those of no other folder."""
    file, own = folder / "house", folder / new_id()
    if not file.exists():
        own.write_text(new_id())
        try:
            # Whoever comes second finds the name that the first one gave.
            os.link(own, file)
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return file.read_text()
