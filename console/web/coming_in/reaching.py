"""How I am reached: my own mailbox, phone and channel for alarms, which I change myself after a code."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.web.coming_in.account import account_page
from console.web.coming_in.proving import JustProved
from console.web.pages import desk_of, form, router
from notifications.channels.addresses import mail_address
from states.casebook.team import reaching
from states.errors import BadInput
from states.store.threads import told

routes = router()

#: what a form says of it
FIELDS = ("address", "phone", "text")


@routes.post("/account/reached")
async def change(request: Request, visitor: JustProved) -> Response:
    """Say how I am reached from now on; asks for the code again before, as news and alarms go there."""
    said = await form(request)
    given = {name: said.get(name, "").strip() for name in FIELDS}
    try:
        for address in filter(None, (given["address"], given["text"])):
            mail_address(address)
        await told(reaching.change, desk_of(request).book, by=visitor.actor, **given)
    except BadInput as wrong:
        return await account_page(request, visitor, wrong_way=str(wrong), given=given)
    return RedirectResponse("/account#reached", HTTPStatus.SEE_OTHER)
