"""PDFs that try what a PDF may try as it is opened, or as it is drawn."""

import zlib
from collections.abc import Sequence

#: the size of a page, in points
SIDE = 200

#: a page that is all red
RED = f"1 0 0 rg 0 0 {SIDE} {SIDE} re f".encode()

#: what is said of a PDF that opens with a password alone (ISO 32000-1, 7.6)
_LOCK = f"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{'1' * 64}> /U <{'2' * 64}> >> "
_LOCK += f"/ID [<{'3' * 32}> <{'3' * 32}>]"


def pdf(url: str) -> bytes:
    """One page, all red and a link all over, with a script that sends a form, follows an address, and speaks.

    Args:
        url: whose address the script and the link are for.
    """
    to = f"{url}/report?by=script"
    tries = (f"this.submitForm('{to}')", f"app.launchURL('{to}')")
    script = "".join(f"try {{ {each} }} catch (refused) {{}} " for each in tries) + "app.alert('ran');"
    quoted = script.replace("(", r"\(").replace(")", r"\)")
    link = (
        f"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 {SIDE} {SIDE}] /A << /S /URI /URI ({to}) >> >>]"
    )
    return paged([RED], page=link, root=f"/OpenAction << /S /JavaScript /JS ({quoted}) >>")


def paged(contents: Sequence[bytes], *, page: str = "", root: str = "", side: str = "") -> bytes:
    """A page for each content.

    Args:
        contents: what draws each page.
        page: what more is said of each page.
        root: what more is said of the whole.
        side: how wide and high each page says that it is, in points.
    """
    count, side = len(contents), side or str(SIDE)
    kids = " ".join(f"{3 + 2 * at} 0 R" for at in range(count))
    objects = [f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode()]
    objects += [f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode()]
    for at, content in enumerate(contents):
        own = f"/MediaBox [0 0 {side} {side}] /Contents {4 + 2 * at} 0 R {page}"
        objects += [f"<< /Type /Page /Parent 2 0 R {own} >>".encode(), stream(content)]
    return of_objects(objects)


def locked() -> bytes:
    """One that asks for a password."""
    return paged([RED]).replace(b"trailer\n<< ", b"trailer\n<< " + _LOCK.encode() + b" ")


def bomb() -> bytes:
    """One whose page draws a drawing ten times, which draws another one ten times, and so on."""
    depth, first = 12, 5
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {SIDE} {SIDE}] /Contents 4 0 R "
        f"/Resources << /XObject << /X {first} 0 R >> >> >>".encode(),
        stream(b"/X Do"),
    ]
    for at in range(depth):
        more = f"/Type /XObject /Subtype /Form /BBox [0 0 {SIDE} {SIDE}] "
        more += f"/Resources << /XObject << /X {first + at + 1} 0 R >> >>"
        objects.append(stream(b"/X Do " * 10, more))
    objects.append(stream(RED, f"/Type /XObject /Subtype /Form /BBox [0 0 {SIDE} {SIDE}]"))
    return of_objects(objects)


def swelling() -> bytes:
    """One whose page is drawn by what a few thousand bytes become once they are unpacked, and once more."""
    packing = zlib.compressobj(1)
    packed = b"".join(packing.compress(b"q " * 1_000_000) for _ in range(400)) + packing.flush()
    twice = stream(zlib.compress(packed, 9), "/Filter [/FlateDecode /FlateDecode]")
    return paged([RED]).replace(stream(RED), twice)


def stream(content: bytes, more: str = "") -> bytes:
    """A stream, and what is said of it besides its length."""
    return f"<< /Length {len(content)} {more} >>\nstream\n".encode() + content + b"\nendstream"


def of_objects(objects: Sequence[bytes]) -> bytes:
    """A PDF of its objects, the first of which is its root."""
    made, places = b"%PDF-1.7\n", list[int]()
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n".encode() + each + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return made + end.encode()
