"""Showing again that it is you: what asks for the second factor of a moment ago, in a form and on a page."""

import re
from http import HTTPStatus as S

from fastapi import Request, Response

from console.web.coming_in.proving import JustProved
from console.web.pages import form, page, router
from tests.console.web.conftest import Served


def test_whoever_was_in_the_middle_of_something_goes_on_with_it_after_a_code(served: Served) -> None:
    """Ten minutes after the last code, a form asks for another, and keeps what was typed."""
    client = served.browser("officer")
    assert client.post("/account/recovery-codes").status_code == S.OK
    served.watch.forward(minutes=10)
    kept, typed = client.cookies["tat"], {"reason": 'invented "words"\r\nin two lines'}
    asked = client.post("/account/recovery-codes", data=typed)
    assert asked.status_code == S.FORBIDDEN
    assert 'name="reason" value="invented &#34;words&#34;\r\nin two lines"' in asked.text
    assert 'action="/account/recovery-codes"' in asked.text
    wrong = client.post("/account/recovery-codes", data=typed | {"code-again": "no"})
    assert (wrong.status_code, "did not fit" in wrong.text, 'name="reason"' in wrong.text) == (
        422,
        True,
        True,
    )
    assert 'value="no"' not in wrong.text
    code = served.login("officer").code(served.book.clock())
    done = client.post("/account/recovery-codes", data=typed | {"code-again": code})
    assert (done.status_code, len(re.findall(r"<code>[a-z2-7-]{19}<", done.text))) == (S.OK, 10)
    assert client.cookies["tat"] != kept, "what was kept before the code is worth nothing after it"
    assert client.get("/account").status_code == S.OK
    client.cookies.set("tat", kept, domain="127.0.0.1")
    assert client.get("/account").status_code == S.SEE_OTHER


def test_a_page_asks_first_and_leads_back_to_itself(served: Served) -> None:
    """With its query; a form with files leads back to the page that it came from, to be chosen again."""
    routes = router()

    @routes.get("/invented/page")
    async def show(request: Request, visitor: JustProved) -> Response:
        return page(request, "not_there", {"title": "Invented"}, visitor=visitor)

    @routes.post("/invented/page")
    async def take(request: Request, visitor: JustProved) -> Response:
        assert (await form(request)).get("said")
        return page(request, "not_there", {"title": "Invented"}, visitor=visitor)

    served.app.include_router(routes)
    try:
        client = served.browser("dean")
        assert client.get("/invented/page?a=b").status_code == S.OK
        served.watch.forward(minutes=10)
        asked = client.get("/invented/page?a=b").headers["location"]
        assert asked == "/account/code?to=/invented/page%3Fa%3Db"
        sent = client.post(
            "/invented/page", files={"file": b"x"}, headers={"Referer": f"{served.url}/invented/page"}
        )
        assert sent.headers["location"] == "/account/code?to=/invented/page"
        assert 'value="/invented/page?a=b"' in client.get(asked).text
        code = {"code": served.login("dean").code(served.book.clock()), "to": "/invented/page?a=b"}
        assert client.post("/account/code", data=code).headers["location"] == "/invented/page?a=b"
        assert client.post("/invented/page", data={"said": "words"}).status_code == S.OK
    finally:
        served.app.router.routes.pop()
    refused = served.stranger().post("/account/recovery-codes", data={"code-again": "1"})
    assert refused.status_code == S.UNAUTHORIZED
