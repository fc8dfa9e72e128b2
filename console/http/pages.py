"""Pages for people's browsers: plain, escaped, in one style, and with nothing on them from anywhere else."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from gettext import NullTranslations
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from console.http.isolating import ISOLATING, Isolating

#: of a page that only one person is to see: kept nowhere, found by no search, its address told to nobody
PRIVATE: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


#: what a page may do besides that has scripts: run those that we send, which speak with us alone
_SCRIPTED = "script-src 'self'; connect-src 'self'"

#: characters that turn the direction of what follows, and may do so beyond the element that they stand in:
#: each is spelled out
_TURNING = {
    ord(each): each.encode("unicode_escape").decode()
    for each in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
}


def _facing(value: object) -> object:
    return value.translate(_TURNING) if isinstance(value, str) else value


def _environment(
    folder: Path, translations: NullTranslations, filters: Mapping[str, Callable[..., object]]
) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_facing,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", Isolating],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update({**filters, **ISOLATING})
    return environment


class Pages:
    """The pages of one application.

    Args:
        folder: its templates, ``<name>.html.jinja``, and ``page.css``, the one style that they are shown in.
        style_below: the path below which browsers get the style by itself, once for all pages; empty: each
            page brings it along.
        scripts: the folder of scripts that some pages work better with; None: there are none.
        filters: what templates call, by name.
        languages: the languages that pages are shown in, by code, each with its words.
    """

    def __init__(
        self,
        folder: Path,
        *,
        style_below: str = "",
        scripts: Path | None = None,
        filters: Mapping[str, Callable[..., object]] | None = None,
        languages: Mapping[str, NullTranslations] = MappingProxyType({"en": NullTranslations()}),
    ) -> None:
        self.style = (folder / "page.css").read_text(encoding="utf-8")
        digest = sha256(self.style.encode())
        #: where the style is; it changes with what it says, so that nobody keeps an old one
        self.style_at = f"{style_below}/{digest.hexdigest()[:16]}.css" if style_below else ""
        #: what browsers get by itself, by address: its text and its type
        self.assets = {self.style_at: (self.style, "text/css")}
        self._scripts = dict[str, str]()
        for file in sorted(scripts.glob("*.js")) if scripts else ():
            text = file.read_text(encoding="utf-8")
            address = f"{style_below}/{sha256(text.encode()).hexdigest()[:16]}.js"
            self._scripts[file.stem], self.assets[address] = address, (text, "text/javascript")
        allowed = "'self'" if style_below else f"'sha256-{b64encode(digest.digest()).decode()}'"
        self._environments = {
            language: _environment(folder, translations, filters or {})
            for language, translations in languages.items()
        }
        # What a browser may do with a page: show it in its one style, send its form back to where it is from.
        self._policy = "; ".join(
            (
                "default-src 'none'",
                f"style-src {allowed}",
                "form-action 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            )
        )

    def page(
        self,
        template: str,
        values: Mapping[str, object],
        status: int = HTTPStatus.OK,
        *,
        language: str = "en",
        scripts: Sequence[str] = (),
    ) -> HTMLResponse:
        """A page.

        Args:
            template: name of its template, without endings.
            values: what the template is given; every text is escaped.
            status: the HTTP status.
            language: code of the language that it is in.
            scripts: those that it works better with, by name; no other runs on it.
        """
        html = (
            self._environments[language]
            .get_template(f"{template}.html.jinja")
            .render(
                values,
                style=self.style,
                style_at=self.style_at,
                language=language,
                scripts=[self._scripts[name] for name in scripts],
            )
        )
        policy = f"{self._policy}; {_SCRIPTED}" if scripts else self._policy
        return HTMLResponse(html, status, headers={**PRIVATE, "Content-Security-Policy": policy})
