"""The pages that offices see: plain, escaped, and with nothing on them from anywhere else."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks.desk import Desk

_FOLDER = Path(__file__).parent / "templates"

_STYLE = (_FOLDER / "page.css").read_text(encoding="utf-8")

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

#: what a browser may do with a page: show it in its one style, and send its form back to where it came from
_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

#: on everything behind a secret link: kept nowhere, found by no search, and its address told to nobody
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def page(template: str, values: Mapping[str, object], status: int = HTTPStatus.OK) -> HTMLResponse:
    """A page.

    Args:
        template: name of its template, without endings.
        values: what the template is given; every text is escaped.
        status: the HTTP status.
    """
    html = _ENVIRONMENT.get_template(f"{template}.html.jinja").render(values, style=_STYLE)
    return HTMLResponse(html, status, headers=PRIVATE | {"Content-Security-Policy": _POLICY})


def dead_link(desk: Desk) -> HTMLResponse:
    """The one page for every link that does not work: it says nothing of why."""
    return page("dead_link", team(desk) | {"title": "This link does not work"}, HTTPStatus.NOT_FOUND)


def team(desk: Desk) -> dict[str, object]:
    """What every page says of the team."""
    pack = desk.book.pack
    return {"institution": pack.institution, "phone": pack.duty_line}
