"""Before what a link shows: a code is sent another way, once somebody types the number of the case."""

from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from console.web.languages import N_
from console.web.links.routes import opened, shown
from console.web.pages import desk_of, form
from states.casebook.landing import doors
from states.errors import BadInput, Refused, StepFailed, UnknownRecord
from states.store.threads import told
from tasks.drafts.codes import send_code

#: the note of a code that is on its way
SENT = N_("The code is on its way. It is good for ten minutes, and in no message with a link.")

#: the note of one that could not be sent
NOT_SENT = N_("The code could not be sent now. Try again in a minute, or call.")


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands before the pages of one kind of link.

    Args:
        path: where they are.
        purpose: what such a link lets its holder do.
        title: what is behind it, in words that tell of nobody.
        shows: what follows the secret in the address of what a code opens; empty: nothing.
    """

    path: str
    purpose: str
    title: str
    shows: str = ""

    def add_to(self, routes: APIRouter) -> None:
        """Take codes there."""
        routes.post(self.path + "/{secret}/code")(self._send)
        routes.post(self.path + "/{secret}/open")(self._open)

    async def _send(self, request: Request, secret: str) -> Response:
        """Send a code; whoever only presses what there is has not typed the number, and none is sent."""
        desk = desk_of(request)
        await told(doors.look, desk.book, secret, self.purpose)
        said = (await form(request)).get("number", "")
        try:
            code, address = await told(doors.send, desk.book, secret, self.purpose, said)
            await send_code(desk, code, address)
        except UnknownRecord:
            raise
        except (BadInput, Refused) as refusal:
            note, status = str(refusal), HTTPStatus.UNPROCESSABLE_ENTITY
        except StepFailed:
            note, status = NOT_SENT, HTTPStatus.SERVICE_UNAVAILABLE
        else:
            return await self.show(request, secret, note=SENT, sent=True)
        return await self.show(request, secret, note=note, said=said, status=status)

    async def _open(self, request: Request, secret: str) -> Response:
        """Take a code, and lead to what it opens."""
        desk = desk_of(request)
        await told(doors.look, desk.book, secret, self.purpose)
        typed = (await form(request)).get("code", "")
        try:
            given = await told(doors.enter, desk.book, secret, self.purpose, typed)
        except UnknownRecord:
            raise
        except Refused as refusal:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return await self.show(request, secret, note=str(refusal), sent=True, status=status)
        return opened(request, f"{self.path}/{secret}{self.shows}", given)

    async def show(
        self,
        request: Request,
        secret: str,
        *,
        note: str = "",
        said: str = "",
        sent: bool = False,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        """The page that asks for a code, or says whom to call where none can be sent."""
        door = await told(doors.look, desk_of(request).book, secret, self.purpose)
        values = {
            "title": self.title,
            "note": note,
            "bad": status != HTTPStatus.OK,
            "said": said,
            "sent": sent,
            "via": door.via,
            "own": bool(door.own),
            "action": f"{self.path}/{secret}",
        }
        return shown(request, "links/gate", values, to=f"{self.path}/{secret}", status=status)
