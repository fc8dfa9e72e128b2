"""Exports: a whole case file with its evidence, as an archive that leaves by and by, and lies nowhere."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from mimetypes import guess_extension
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from states.access import Actor
from states.casebook.book import Casebook
from states.casebook.disclosing import disclosures
from states.casebook.record import evidence
from states.casebook.record.evidence import Opened
from states.errors import FileDamaged, FilesAway, UnknownRecord
from states.gate import Outgoing

#: what the archive calls what is on record
RECORD = "case.json"

#: why a file stays that came with a report whose reporter asked for privacy (W-40)
STAYED = "It came from somebody who asked for privacy, and may tell who: it is not in this archive."

#: why one stays that should not have been in the case
WITHDRAWN = "It was withdrawn as wrong: it is not in this archive."


@dataclass(frozen=True, slots=True)
class Exported:
    """A case file that leaves.

    Args:
        record: all that is on record and may leave; of each file, where it lies in the archive, or why not.
        files: the files that leave, by where they lie in it.
    """

    record: Mapping[str, Any] = field(repr=False)
    files: Mapping[str, Opened] = field(repr=False)
    _at: datetime

    def archive(self) -> Iterator[bytes]:
        """The archive (ZIP), part by part; none is empty. Of a file that cannot be read, a note says so."""
        sink = _Sink()
        with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
            said = json.dumps(self.record, indent=2, ensure_ascii=False, default=str)
            archive.writestr(self._entry(RECORD), said)
            for path, file in self.files.items():
                yield from self._packed(archive, sink, path, file)
        yield from sink.taken()

    def _packed(self, archive: ZipFile, sink: "_Sink", path: str, file: Opened) -> Iterator[bytes]:
        trouble = ""
        with archive.open(self._entry(path), "w", force_zip64=True) as packed:
            try:
                for part in file.part():
                    packed.write(part)
                    yield from sink.taken()
            except (FileDamaged, FilesAway) as why:
                trouble = str(why)
        if trouble:
            archive.writestr(self._entry(f"{path} is not whole.txt"), trouble)

    def _entry(self, path: str) -> ZipInfo:
        entry = ZipInfo(path, self._at.timetuple()[:6])
        entry.compress_type = ZIP_DEFLATED
        return entry


class _Sink(io.RawIOBase):
    """What an archive is written to, and taken from as soon as it is there: nobody goes back in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> Iterator[bytes]:
        """What was written since it was taken last, if anything was."""
        parts, self._parts = b"".join(self._parts), []
        if parts:
            yield parts


def export(
    book: Casebook, number: str, outgoing: Outgoing, *, by: Actor, because: str, asked_by: str = ""
) -> Exported:
    """Hand out a whole case file with its files, through the gate, and put that on record (M-06, P-05).

    That each file was opened is on record, too. What was withdrawn stays, and so does what may tell who
    reported and asked for privacy (W-40).

    Args:
        book: the casebook.
        number: the case's number.
        outgoing: to whom, and on which basis.
        by: who hands it out.
        because: why; kept, sealed.
        asked_by: who asked, in words; kept, sealed.

    Raises:
        Withheld: the policy does not allow it, and says what would be needed.
    """
    record = disclosures.export(book, number, outgoing, by=by, because=because, asked_by=asked_by)
    files = dict[str, Opened]()
    for place, row in enumerate((row for row in record["attachments"] if row["stored"]), 1):
        if row["withdrawn_at"] or row["withheld"]:
            row["in_archive"] = WITHDRAWN if row["withdrawn_at"] else STAYED
            continue
        path = f"files/{place}{guess_extension(row['media_type']) or ''}"
        try:
            files[path] = evidence.opened(book, number, row["id"], by=by)
        except UnknownRecord:
            # Since the record was read, in this very moment.
            row["in_archive"] = WITHDRAWN
        else:
            row["in_archive"] = path
    return Exported(record, files, book.clock())
