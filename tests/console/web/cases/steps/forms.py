"""Forms as a browser sends them: every field of one, with what stands in it."""

from html.parser import HTMLParser

import httpx


class _Form(HTMLParser):
    """Takes in what the one form of a page would send, untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, list[str]] = {}
        self._text, self._select = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name:
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.said.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._text = name
            self.said[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.said[self._select] = [given["value"]]

    def handle_data(self, data: str) -> None:
        if self._text:
            # What a browser sends of a text ends its lines otherwise than what it was given.
            self.said[self._text][0] += data.replace("\n", "\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""


def form_of(shown: str) -> dict[str, list[str]]:
    """What the form of a page would send if nobody touched it."""
    form = _Form()
    form.feed(shown[shown.index("<main") :])
    return form.said


def sent(browser: httpx.Client, address: str, **said: str | list[str]) -> httpx.Response:
    """Open a step's form and confirm it, with what is said here in the place of what stood there."""
    page = browser.get(address)
    assert page.status_code == 200, address
    return browser.post(address.partition("?")[0], data=form_of(page.text) | said | {"go": "do"})
