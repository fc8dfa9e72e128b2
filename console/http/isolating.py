"""Values on pages, each with a direction of its own: no template can forget it (UAX #9, HTML's ``bdi``).

What is written from the right would else turn what stands beside it: a comma, a number, a date. Templates say
nothing of it: every value that one puts between tags is isolated where it needs to be, once it is compiled.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from states.vocabulary.directions import turns

#: a tag's beginning or end, in the order in which they stand
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)|(/?>)|<!--.*?-->", re.DOTALL)

#: elements that hold nothing
_VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "!doctype"})

#: elements in which no tag is one: there an invisible character isolates, or, in a field, nothing may
_PLAIN, _FIELD = frozenset({"title", "option"}), frozenset({"textarea", "script", "style"})


def isolated(value: object) -> object:
    """A value between tags; a text that holds what is written from the right is isolated.

    Args:
        value: what a template shows; markup is as it should be already.
    """
    return Markup("<bdi>{}</bdi>").format(escape(value)) if _turns(value) else value


def isolated_in_text(value: object) -> object:
    """The same where no tag may stand: between an isolate's marks (U+2068, U+2069)."""
    return Markup("&#x2068;{}&#x2069;").format(escape(value)) if _turns(value) else value


#: the filters that the extension puts into templates, by name
ISOLATING: Mapping[str, Callable[[object], object]] = {
    "isolated": isolated,
    "isolated_in_text": isolated_in_text,
}


def _turns(value: object) -> bool:
    return isinstance(value, str) and not hasattr(value, "__html__") and turns(value)


class Isolating(Extension):
    """Isolates each value that a template puts between tags, by where in its page the value stands."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The template's tokens, with the filter behind every expression that is shown between tags."""
        place, translated, name_next = _Place(), False, False
        filter_name = ""
        for token in stream:
            if name_next and token.type == "name":
                translated = token.value == "trans" or (translated and token.value != "endtrans")
            name_next = token.type == "block_begin"
            if token.type == "data":
                place.read(token.value)
            if token.type == "variable_end" and filter_name:
                yield Token(token.lineno, "rparen", ")")
                yield Token(token.lineno, "pipe", "|")
                yield Token(token.lineno, "name", filter_name)
            yield token
            if token.type == "variable_begin":
                # What is translated names its values: those stand as they are.
                filter_name = "" if translated else place.isolates_by()
                if filter_name:
                    yield Token(token.lineno, "lparen", "(")


class _Place:
    """Where in a page one is, by the text of its template read so far."""

    def __init__(self) -> None:
        self._tag = ""
        self._said = ""
        #: the elements around, each with whether it has a direction of its own
        self._inside: list[tuple[str, bool]] = []

    def read(self, text: str) -> None:
        """Go on behind a piece of the template's text."""
        begun = 0
        for found in _TAG.finditer(text):
            closing, name, end = found[1], found[2], found[3]
            if name and not self._tag:
                self._tag, self._said, begun = f"{closing}{name.lower()}", "", found.start()
            elif end and self._tag:
                self._said += text[begun : found.start()]
                self._leave(is_void=end == "/>")
        if self._tag:
            self._said += text[begun:]

    def _leave(self, *, is_void: bool) -> None:
        name, self._tag = self._tag, ""
        if name.startswith("/"):
            if any(name == f"/{each}" for each, _ in self._inside):
                while f"/{self._inside.pop()[0]}" != name:
                    pass
        elif name not in _VOID and not is_void:
            self._inside.append((name, name == "bdi" or " dir=" in self._said))

    def isolates_by(self) -> str:
        """The filter that isolates a value here; empty: an attribute, a field, or an element does."""
        inside = self._inside[-1][0] if self._inside else ""
        if self._tag or inside in _FIELD or any(isolates for _, isolates in self._inside):
            return ""
        return "isolated_in_text" if inside in _PLAIN else "isolated"
