"""By a packet of files: a ZIP in a folder, for an office that is handed papers, such as a prosecutor's.

It holds the letter as a cover, what people saw themselves (W-36), files that go with it, and a manifest with
the SHA-256 digest of each file. The same referral always makes the same bytes, under a name that tells
nothing.
"""

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict

from states.correspondence.letter import Letter
from states.errors import StepFailed
from states.store.threads import AT_ONCE, in_threads
from states.vocabulary.leaving import Disclosed
from tasks.offices.contract import KNOWN_BY, Answers, Delivered, Post, Progress
from tasks.offices.letter.writing import pdf


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("the path must be absolute, from / on")
    return path


class _Table(BaseModel):
    """The table of an office that is handed packets."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    #: the folder that packets are put into
    folder: Annotated[Path, AfterValidator(_absolute)]


class PacketWay:
    """Puts a packet into a folder, whole or not at all.

    Args:
        name: the office's code.
        folder: the folder.
    """

    kind = "packet"
    tells = frozenset(
        {Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION, Disclosed.OBSERVATION}
    )
    needs = KNOWN_BY
    answers = Answers.BY_LINK

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the way; see :meth:`tasks.offices.contract.Way.from_config`."""
        return cls(name, _Table.model_validate(table).folder)

    async def send(self, letter: Letter, post: Post) -> Delivered:
        """Write the packet; a repetition takes the place of the one before."""
        del post
        content = packed(letter, await pdf(letter))
        await self._try(self._write, f"{letter.referral_id}.zip", content)
        return Delivered(sha256(content).hexdigest())

    async def status(self, ticket: str) -> Progress:
        """Nobody can ask a folder."""
        del ticket
        raise StepFailed("not_asked", permanent=True)

    async def check(self) -> None:
        """See that the folder is there and can be written to."""
        await self._try(lambda: tempfile.TemporaryFile(dir=self._folder).close())

    async def _try(self, doing: Any, *given: object) -> None:
        failed = False
        try:
            await in_threads(f"folder {self._folder}", AT_ONCE, doing, *given)
        except OSError:
            failed = True
        if failed:
            raise StepFailed("folder_unwritable")

    def _write(self, name: str, content: bytes) -> None:
        # mkstemp gives mode 0600; the leading dot keeps half a packet out of anyone's *.zip
        handle, half = tempfile.mkstemp(prefix=".", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(half).replace(self._folder / name)
        except BaseException:
            Path(half).unlink(missing_ok=True)
            raise


def packed(letter: Letter, cover: bytes) -> bytes:
    """A packet's bytes.

    Args:
        letter: the letter.
        cover: it as a PDF.
    """
    files = {"cover.pdf": cover} | {
        f"observation-{number}.txt": f"{text}\n".encode()
        for number, text in enumerate(letter.observations, start=1)
    }
    files |= {each.name: each.data for each in letter.enclosed}
    manifest = {
        "case": letter.case_number,
        "referral": letter.referral_id,
        "written_at": letter.written_at.isoformat(),
        "files": [
            {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
            for name, content in files.items()
        ],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {"manifest.json": json.dumps(manifest, indent=2).encode(), **files}.items():
            archive.writestr(_entry(name, letter.written_at), content)
    return buffer.getvalue()


def _entry(name: str, written_at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, written_at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
