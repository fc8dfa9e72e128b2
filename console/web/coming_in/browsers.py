"""The browser that somebody comes in: what it is, whether it is known, and what it was asked just now."""

import secrets
from ipaddress import ip_address

from fastapi import Request, Response

from console.web.pages import desk_of, is_encrypted
from console.web.visitors import named
from states.casebook.accounts.browsers import KNOWN_FOR, Browser
from states.casebook.accounts.challenges import LIFE
from states.casebook.accounts.passkeys import Place

#: what is kept of a browser that is known, and of one that was asked something before anybody is signed in
_KNOWN, _ASKED = "tat-known", "tat-asked"

#: how browsers and systems call themselves, those first that call themselves like others, too
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Macintosh": "a Mac",
    "Linux": "Linux",
}


def browser_of(request: Request) -> Browser:
    """The browser of a request; of what it says of itself, a name from a closed list is kept."""
    said = request.headers.get("user-agent", "")
    name = next((name for mark, name in _BROWSERS.items() if mark in said), "A browser")
    system = next((f" on {name}" for mark, name in _SYSTEMS.items() if mark in said), "")
    return Browser(request.cookies.get(named(request, _KNOWN), ""), f"{name}{system}")


def keep_known(request: Request, response: Response, known: str) -> None:
    """Let a browser keep that it is known; that alone opens nothing."""
    _keep(request, response, _KNOWN, known, int(KNOWN_FOR.total_seconds()))


def ask(request: Request, response: Response, whom: str) -> None:
    """Let a browser keep to whom a challenge was put."""
    _keep(request, response, _ASKED, whom, int(LIFE.total_seconds()))


def asked(request: Request) -> str:
    """To whom a challenge was put that this browser answers; empty: to nobody here."""
    return request.cookies.get(named(request, _ASKED), "")


def somebody() -> str:
    """A secret for a browser that is asked something."""
    return secrets.token_hex(16)


def place_of(request: Request) -> Place:
    """Where passkeys are good for."""
    return Place.of(desk_of(request).settings.base_url)


def takes_passkeys(request: Request) -> bool:
    """Whether browsers make passkeys for where we are: for a name, and for no address in numbers."""
    host = place_of(request).host
    try:
        ip_address(host)
    except ValueError:
        return bool(host)
    return False


def scripts_for(request: Request) -> tuple[str, ...]:
    """The scripts of a page on which passkeys are made or shown: none, where there can be none."""
    return ("passkeys",) if takes_passkeys(request) else ()


def _keep(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        named(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=is_encrypted(request),
        httponly=True,
        samesite="lax",
    )
