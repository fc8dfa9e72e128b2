"""How often one side may try what guesses at secrets, or fills the team's day: a page says when again.

Whoever says that somebody is in danger is never made to wait. An address is known as docs/operators.md says:
behind a proxy that is trusted, as it tells.
"""

import math
from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus

from fastapi import Request, Response

from console.http.rates import Rate, Rates
from console.web.languages import N_, language_of, translated
from console.web.pages import Instead, page

#: how often, by what: a password or code, a link, a report that is no emergency
SIGNING_IN, LINKS, REPORTS = Rate(20, 6.0), Rate(60, 2.0), Rate(10, 60.0)


def within(what: str, rate: Rate) -> Callable[[Request], Awaitable[None]]:
    """What a route depends on of which one side may send so many forms; looking is free.

    Args:
        what: what is counted together.
        rate: how often.
    """

    async def look(request: Request) -> None:
        if request.method == "POST":
            must_be_within(request, what, rate)

    return look


def must_be_within(request: Request, what: str, rate: Rate) -> None:
    """Let nobody ask too often.

    Raises:
        Instead: they did; says when they may again, and whom to phone meanwhile.
    """
    state = request.app.state
    if not hasattr(state, "rates"):
        state.rates = Rates()
    rates: Rates = state.rates
    seconds = math.ceil(rates.wait(what, rate, request.client.host if request.client else ""))
    if seconds:
        raise Instead(_too_often(request, seconds))


def _too_often(request: Request, seconds: int) -> Response:
    language = language_of(request)
    title = translated(language, N_("Too often just now"))
    values = {"title": title, "path": "", "again": timedelta(seconds=seconds)}
    status = HTTPStatus.TOO_MANY_REQUESTS
    response = page(request, "too_often", values, status=status, language=language)
    response.headers["Retry-After"] = str(seconds)
    return response
