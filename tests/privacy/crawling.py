"""A browser that goes where pages lead, fills forms with markers, and keeps each address that it saw."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from tests.privacy.marking import CONTENT

#: attributes of a page that name an address
_ADDRESSES = ("href", "action", "formaction", "src", "srcset", "poster", "cite", "data")

#: what people type into, and so may hold anybody's name
_TYPED = ("text", "search", "email", "tel", "url", "date", "time", "datetime-local", "number", "password")

#: how many addresses of one shape are looked at
_OF_A_SHAPE = 1

#: addresses that are not asked for here: they do not end, or end it all
_NOT_ASKED = re.compile(r"/events$|^/sign-out|/sessions/|/accounts/[^/]+/(end-sessions|reset)$")

#: where a file of a case is taken along
_FILES = re.compile(r"^/cases/[^/]+/files/[^/]+/download$")

#: what stands in addresses for one case, record, person or semester
_IDS = re.compile(r"TAT-\d{4}-\d{4}|[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d|(?<==)[^&]*")


@dataclass(slots=True)
class Form:
    """A form of a page.

    Args:
        page: where it stands.
        method: by which it is sent.
        action: where to.
        fields: what is sent when nobody chooses anything, but for what people type.
        typed: the names of what people type into.
        files: the names of what takes files.
        chosen: the names of what people choose, for which ``fields`` holds the first choice.
    """

    page: str
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    chosen: set[str] = field(default_factory=set)


class _Page(HTMLParser):
    """What a page leads to, and the forms on it."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at, self.addresses, self.links, self.forms = at, list[str](), list[str](), list[Form]()
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the tag leads to or asks for."""
        has = {name: value or "" for name, value in attrs}
        named = [has[name] for name in has if name in _ADDRESSES or name.startswith(("hx-", "data-"))]
        self.addresses += named
        if tag == "a" and not has.get("href", "#").startswith("#"):
            self.links.append(urljoin(self.at, has["href"]))
        if tag == "form":
            action = urljoin(self.at, has.get("action") or self.at)
            self.forms.append(Form(self.at, has.get("method", "get").lower(), action))
        elif self.forms:
            self._asked(tag, has)

    def _asked(self, tag: str, has: Mapping[str, str]) -> None:
        form, name, kind = self.forms[-1], has.get("name", ""), has.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and has.get("value"):
            form.fields.setdefault(self._select, has["value"])
            form.chosen.add(self._select)
        elif not name:
            return
        elif tag == "textarea" or (tag == "input" and kind in _TYPED):
            form.typed.append(name)
        elif tag == "input" and kind == "file":
            form.files.append(name)
        elif tag == "button" and has.get("value") == "do":
            form.fields[name] = "do"
        elif tag in ("input", "button") and kind not in ("radio", "checkbox"):
            form.fields.setdefault(name, has.get("value", ""))
        elif tag == "input":
            form.fields.setdefault(name, has.get("value", "on"))
            form.chosen.add(name)


class Crawler:
    """Somebody's browser.

    Args:
        client: asks, and follows nothing by itself.
        types: gives what they type into a field of that name.
    """

    def __init__(self, client: httpx.Client, types: Callable[[str], str]) -> None:
        self._client, self._types = client, types
        #: every address that was asked for, is named in a page or a head, and every cookie
        self.seen = set[str]()
        #: whether a page showed a marker
        self.shown_a_marker = False
        #: how each was answered, by what was asked
        self.answers = dict[str, int]()
        self._shapes, self._forms, self._sent = Counter[str](), dict[str, Form](), Counter[str]()
        #: forms that are sent by their address, and have fields that people type into: names by address
        self.typed_into_addresses = set[tuple[str, str]]()

    def walk(self, *starts: str) -> None:
        """Look at each page that one comes to by links from some of them, then send every form once."""
        for start in starts:
            self._look(start)
        while waiting := [form for key, form in self._forms.items() if not self._sent[key]]:
            for form in waiting:
                self.send(form)

    def fill(self, address: str, to: str = "", **said: Any) -> httpx.Response:
        """Fill in a form of a page, as somebody does who knows what is asked; gives the answer.

        Args:
            address: of the page.
            to: the path that the form is sent to; empty: the page's own.
            said: what is answered; the rest is left as the page has it.
        """
        page = self.get(address)
        at = str(page.url)
        read, path = _Page(at), to or urlsplit(at).path
        read.feed(page.text)
        form = next(each for each in read.forms if urlsplit(each.action).path == path)
        kept = {name: value for name, value in form.fields.items() if name not in form.chosen}
        return self.press(form.action, **{**kept, **said})

    def get(self, address: str) -> httpx.Response:
        """Look at a page; gives the answer."""
        answer = self._client.get(address)
        self._keep("GET", answer)
        return answer

    def press(self, address: str, **said: Any) -> httpx.Response:
        """Send something to an address; gives the answer."""
        answer = self._client.post(address, data=said)
        self._keep("POST", answer, goes_on=False)
        return answer

    def send(self, form: Form) -> None:
        """Fill a form with markers and send it; then go where that leads."""
        self._sent[_key(form)] += 1
        if form.method != "post" or _NOT_ASKED.search(urlsplit(form.action).path):
            return
        data = {**form.fields, **{name: self._types(name) for name in form.typed}}
        content = b"\x89PNG\r\n\x1a\n"
        files = {name: (f"{self._types(name)}.png", content, "image/png") for name in form.files}
        head = {"Referer": form.page}
        self._keep("POST", self._client.post(form.action, data=data, files=files or None, headers=head))

    def _look(self, address: str) -> None:
        waiting = [address]
        while waiting:
            at = waiting.pop().partition("#")[0]
            shape, path = _IDS.sub("*", at), urlsplit(at).path
            if not at.startswith(str(self._client.base_url)[:-1]) and not at.startswith("/"):
                continue
            if self._shapes[shape] >= _OF_A_SHAPE or _NOT_ASKED.search(path):
                continue
            self._shapes[shape] += 1
            waiting += self._keep("GET", self._client.get(at))

    def _keep(self, method: str, answer: httpx.Response, *, goes_on: bool = True) -> list[str]:
        at = str(answer.url)
        self.seen |= {
            at,
            *answer.headers.get_list("set-cookie"),
            *(each.value or "" for each in self._client.cookies.jar),
        }
        self.answers[f"{method} {at}"] = answer.status_code
        leads = list[str]()
        for name in ("location", "content-location", "link", "refresh", "hx-redirect", "hx-push-url"):
            if name in answer.headers:
                self.seen.add(answer.headers[name])
                leads.append(urljoin(at, answer.headers[name]))
        # A file of a case goes to whoever may read it under the name that it came with; nothing else does.
        if not _FILES.search(urlsplit(at).path):
            self.seen.add(answer.headers.get("content-disposition", ""))
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.shown_a_marker |= CONTENT in answer.text
            leads += self._read(at, answer.text)
        if method == "POST" and goes_on:
            for each in leads:
                self._look(each)
        return leads

    def _read(self, at: str, text: str) -> list[str]:
        page = _Page(at)
        page.feed(text)
        self.seen.update(page.addresses)
        for form in page.forms:
            if form.method == "get":
                self.typed_into_addresses |= {(urlsplit(form.action).path, name) for name in form.typed}
            self._forms[_key(form)] = form
        return page.links


def _key(form: Form) -> str:
    """Of forms of one shape one is sent."""
    return f"{form.method} {_IDS.sub('*', form.action)} {form.fields.get('do', '')}"
