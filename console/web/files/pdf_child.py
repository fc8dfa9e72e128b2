"""Drawing one page of a PDF, in a process that can be killed, and opens no file and no connection.

Run by :class:`tasks.far.killable.Killable`. It hears which page is wanted and the PDF's bytes, and says how
many pages there are, and the one as a picture. PDFium draws it, built without an engine for scripts; before
it sees the first byte, this process has lost the means to open a file or a connection. It runs under the
console's account all the same: what that may do without opening anything, such as removing a file or reading
another process's memory, a hole in PDFium would let a PDF do (``docs/security.md``).
"""

import resource
import struct
import sys
import zlib
from collections.abc import Iterator

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from console.web.files.pdf_words import BROKEN, LOCKED, NUMBER, SIGNATURE, TALLEST, WIDEST

#: bytes of memory that the process may have, and seconds of the processor's time
MEMORY, OF_PROCESSOR = 512 * 1024 * 1024, 6

#: what PDFium says of a PDF that asks for a password, or is locked in a way that it does not know
_LOCKS = (pdfium.raw.FPDF_ERR_PASSWORD, pdfium.raw.FPDF_ERR_SECURITY)

#: how PNG calls dots of one number, and of three
_COLORS = {"L": 0, "RGB": 2}


def main() -> None:
    """Draw, and say what came of it."""
    confine()
    number = int.from_bytes(sys.stdin.buffer.read(NUMBER))
    for said in told(sys.stdin.buffer.read(), number):
        # Said at once: drawing may end this process.
        sys.stdout.buffer.write(said)
        sys.stdout.buffer.flush()


def confine() -> None:
    """Give this process its bounds: memory, time, and no file or connection that it could open."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (OF_PROCESSOR, OF_PROCESSOR))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def told(pdf: bytes, number: int) -> Iterator[bytes]:
    """How many pages a PDF has, and one of them as a PNG picture; of a page that it has not, the count alone.

    Args:
        pdf: its bytes.
        number: which page, from 1 on.
    """
    try:
        document = pdfium.PdfDocument(pdf)
        document.init_forms()
        yield f"{len(document)}\n".encode()
        if 1 <= number <= len(document):
            yield _picture(document[number - 1])
        elif not len(document):
            yield BROKEN
    except pdfium.PdfiumError as error:
        yield LOCKED if error.err_code in _LOCKS else BROKEN
    except (ValueError, ZeroDivisionError, OverflowError):
        # A page without a size, or with one that is none.
        yield BROKEN


def _picture(page: pdfium.PdfPage) -> bytes:
    width, height = page.get_size()
    # Red before green before blue, as PNG has them.
    bitmap = page.render(scale=min(WIDEST / width, TALLEST / height), rev_byteorder=True)
    dots, line = bytes(bitmap.buffer), bitmap.width * bitmap.n_channels
    # Before each line stands how it is told: as it is.
    lines = b"".join(
        b"\0" + dots[begin : begin + line] for begin in range(0, bitmap.height * bitmap.stride, bitmap.stride)
    )
    head = struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, _COLORS[bitmap.mode], 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(lines)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
