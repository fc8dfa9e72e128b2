"""The reception as one application: its doors, and the guard before them."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from fastapi import Depends, FastAPI, Request, Response
from starlette.types import Scope

from console.http.limits import Guard, Limits
from console.reception import offices, partners, tips
from tasks.desk import Desk
from tasks.plugged import Plugged


def reception(
    desk: Desk,
    limits: Limits | None = None,
    plugged: Plugged | None = None,
    later: Callable[[Desk, HTTPStatus, Scope], Response] | None = None,
) -> FastAPI:
    """Make the application.

    Args:
        desk: the open casebook, the settings and the sources that doors work with.
        limits: what requests may take; None: the usual.
        plugged: watches the files of sources, offices and doors; None: they stay as they are at the desk.
        later: makes the page that people see when there is no answer now; None: no pages are served here.
    """

    def as_files_say_now(request: Request) -> None:
        if plugged is not None:
            request.app.state.desk = plugged.look(request.app.state.desk)

    app = FastAPI(
        title="tatflow reception",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # It would lead to whatever host the request names.
        redirect_slashes=False,
        dependencies=[Depends(as_files_say_now)],
    )
    app.state.desk = desk
    app.add_middleware(
        Guard,
        limits=limits or Limits(),
        later=None if later is None else partial(later, desk),
        database=desk.settings.casebook_url,
    )
    app.get("/health")(_health)
    app.include_router(tips.router)
    app.include_router(offices.router)
    app.include_router(partners.router)
    return app


async def _health() -> dict[str, str]:
    return {"status": "ok"}
