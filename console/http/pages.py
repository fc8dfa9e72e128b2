"""Pages for people's browsers: plain, escaped, in one style, and with nothing on them from anywhere else."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

#: of a page that only one person is to see: kept nowhere, found by no search, its address told to nobody
PRIVATE: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class Pages:
    """The pages of one application.

    Args:
        folder: its templates, ``<name>.html.jinja``, and ``page.css``, the one style that they are shown in.
    """

    def __init__(self, folder: Path) -> None:
        self._style = (folder / "page.css").read_text(encoding="utf-8")
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # What a browser may do with a page: show it in its one style, send its form back to where it is from.
        self._policy = "; ".join(
            (
                "default-src 'none'",
                f"style-src 'sha256-{b64encode(sha256(self._style.encode()).digest()).decode()}'",
                "form-action 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            )
        )

    def page(self, template: str, values: Mapping[str, object], status: int = HTTPStatus.OK) -> HTMLResponse:
        """A page.

        Args:
            template: name of its template, without endings.
            values: what the template is given; every text is escaped.
            status: the HTTP status.
        """
        html = self._environment.get_template(f"{template}.html.jinja").render(values, style=self._style)
        return HTMLResponse(html, status, headers={**PRIVATE, "Content-Security-Policy": self._policy})
