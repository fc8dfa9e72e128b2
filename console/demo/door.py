"""The demo's own door to the console: a page on which one is any of the invented people by one click.

It is a server of its own, in the demo's process: what an installation runs knows nothing of it. Browsers give
what they keep to every port of one host, so that whoever is let in here is signed in there.
"""

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware

from console.http.pages import Pages
from console.invented.team import MEMBERS
from console.web.visitors import NAME
from states.access import Actor
from states.casebook import Casebook
from states.casebook.accounts import factors, making, sessions, signing_in
from states.errors import NotPermitted

_page = Pages(Path(__file__).parent / "templates").page


class Accounts:
    """Accounts of the invented people; what only they know is known here, until the demo ends.

    Args:
        book: the demo's casebook.
        by: who gives the links.
    """

    def __init__(self, book: Casebook, by: Actor) -> None:
        self.book = book
        self._password = secrets.token_urlsafe(32)
        self._keys = {member: self._set_up(member, by) for member, *_ in MEMBERS}

    def _set_up(self, member: str, by: Actor) -> str:
        link = making.link(self.book, member, by=by)
        key = making.setting_up(self.book, link).key
        # With a code that is about to be over, so that the next ones let people in.
        making.set_up(self.book, link, self._password, _code(key, self.book.clock(), -1))
        return key

    def sign_in(self, member: str) -> str:
        """Sign somebody in; gives what their browser is to keep.

        Raises:
            NotPermitted: they signed in so often just now that no code is left.
        """
        begun = signing_in.begin(self.book, member, self._password)
        for ahead in range(2):
            code = _code(self._keys[member], self.book.clock(), ahead)
            try:
                return signing_in.finish(self.book, begun, code)
            except NotPermitted:
                continue
        raise NotPermitted("Of every half minute there is one code: wait a moment, and try again.")


def _code(key: str, now: datetime, steps: int) -> str:
    return factors.code_of(key, now + timedelta(seconds=steps * factors.STEP))


def application(accounts: Accounts, base_url: str) -> FastAPI:
    """The page with the invented people.

    Args:
        accounts: their accounts.
        base_url: where the console is.
    """
    app = FastAPI(title="The demo's door", openapi_url=None, docs_url=None, redoc_url=None)
    # No other site leads a browser here by a name of its own.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1"])

    def show(note: str = "") -> Response:
        values = {"people": MEMBERS, "note": note, "base_url": base_url}
        return _page("door", values)

    names = {member: name for member, name, *_ in MEMBERS}

    @app.get("/")
    def ask() -> Response:
        return show()

    @app.post("/{member}")
    def let_in(request: Request, member: str) -> Response:
        from_here = request.headers.get("sec-fetch-site") in (None, "same-origin")
        if member not in names or not from_here:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        try:
            secret = accounts.sign_in(member)
        except NotPermitted as refused:
            return show(str(refused))
        # Browsers keep one session for all doors of a host: the one from before ends, as at the console.
        sessions.leave(accounts.book, request.cookies.get(NAME, ""))
        # A page that leads on: a form that is answered by another address is one that leaves this door.
        response = _page("let_in", {"name": names[member], "base_url": base_url})
        response.set_cookie(NAME, secret, path="/", httponly=True, samesite="lax")
        return response

    return app


@contextmanager
def opened(app: FastAPI) -> Iterator[str]:
    """Serve the door for as long as the block lasts; gives its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        # Before its address is given: who comes while the server starts waits a moment, and is not refused.
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
