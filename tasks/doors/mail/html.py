"""HTML of a mail as text: lines where a reader sees lines, and all words, also those behind a broken tag.

It is parsed as the standard says, by html5ever (through nh3), which a browser's reader would call right. By
that standard a ``<style>`` or a comment that never ends hides the rest; here such a tag hides nothing.
"""

import re
from html import unescape
from html.parser import HTMLParser

#: what begins a line of its own
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "center", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"),
        *("main", "nav", "ol", "p", "pre", "section", "summary", "table", "tr", "ul"),
    }
)
_CELLS = frozenset({"td", "th"})

#: what no reader sees, with all that is in it
_HIDDEN = {"style", "script", "title", "template"}

#: what is between the tags of an element that holds no elements, as long as it ends
_RAW = ("style", "script", "title", "textarea", "template", "iframe", "noembed", "noframes", "xmp")

_HIDING = re.compile(
    r"<(style|script|title|template)\b[^<>]*>.*?</\1\b[^<>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
#: elements that no style sheet has in it
_CONTENT = re.compile(r"<(?:p|div|br|body|table|tr|td|span|b|i|a|font|ul|li|h[1-6])\b", re.IGNORECASE)

#: characters of a link's address that are told
_LONGEST_LINK = 500


def text_of_html(html: str) -> str:
    """What a reader of HTML sees, line by line, each link with its address.

    Args:
        html: a document, or a piece of one.
    """
    import nh3  # noqa: PLC0415 - most mails have none, and the child is to stay small

    shown = _without_openings(html)
    kept = nh3.clean(
        shown,
        tags={*_BLOCKS, *_CELLS, "a"},
        attributes={"a": {"href"}},
        clean_content_tags=_HIDDEN,
        link_rel=None,
    )
    lines = _Lines()
    lines.feed(kept)
    lines.close()
    text = _tidy("".join(lines.pieces))
    # A tag that never ends swallows what follows it.
    plain = _tidy(unescape(_TAG.sub("\n", _HIDING.sub("", shown))).replace("<", "\n"))
    return text if 2 * len(text) >= len(plain) else plain


def _without_openings(html: str) -> str:
    """The same without the beginnings of what would hide a text by never ending."""
    html = _without_open_comments(html)
    for tag in _RAW:
        html = _without_open(html, tag)
    return html


def _without_open_comments(html: str) -> str:
    pieces, at = [], 0
    # Where none ends, none is looked for again: so a long text of beginnings takes no longer than another.
    last = html.rfind("-->")
    while (begins := html.find("<!--", at)) >= 0:
        ends = html.find("-->", begins + 2) if begins + 2 <= last else -1
        again = html.find("<!--", begins + 4)
        # One that begins anew was not ended before; Outlook's `<!-->` ends what it stands in.
        broken = ends < 0 or (0 <= again < ends and again + 2 != ends)
        until = begins + 4 if broken else ends + 3
        pieces += [html[at:begins], "" if broken else html[begins:until]]
        at = until
    return "".join([*pieces, html[at:]])


def _without_open(html: str, tag: str) -> str:
    pieces, at = [], 0
    opening = re.compile(rf"<{tag}\b[^<>]*>?", re.IGNORECASE)
    closing = re.compile(rf"</{tag}\b[^<>]*>?", re.IGNORECASE)
    last = max((found.start() for found in closing.finditer(html)), default=-1)
    while begun := opening.search(html, at):
        ended = closing.search(html, begun.end()) if begun.end() <= last else None
        inside = "" if ended is None else html[begun.end() : ended.start()]
        # A style sheet with paragraphs in it is a text whose style sheet did not end.
        hides = ended is None or (tag == "style" and _CONTENT.search(_without_comments(inside)) is not None)
        until = begun.end() if ended is None or hides else ended.end()
        pieces += [html[at : begun.start()], "\n" if hides else html[begun.start() : until]]
        at = until
    return "".join([*pieces, html[at:]])


def _without_comments(css: str) -> str:
    return re.sub(r"<!--|-->|/\*.*?\*/", "", css, flags=re.DOTALL)


class _Lines(HTMLParser):
    """Collects the text of clean HTML, with a line's end wherever a reader sees one."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._link = ""
        self._since = 0
        self._as_it_stands = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a cell or a link."""
        self._break(tag)
        self._as_it_stands += tag == "pre"
        if tag == "a":
            self._link, self._since = dict(attrs).get("href") or "", len(self.pieces)

    def handle_endtag(self, tag: str) -> None:
        """End a line, or say where a link leads."""
        self._break(tag)
        self._as_it_stands -= tag == "pre"
        if tag == "a" and self._link.casefold().startswith(("http://", "https://")):
            shown = "".join(self.pieces[self._since :])
            if self._link.rstrip("/") not in shown and len(self._link) <= _LONGEST_LINK:
                self.pieces.append(f" <{self._link}>")
            self._link = ""

    def handle_data(self, data: str) -> None:
        """Collect a text; where it may be broken anywhere, its own lines are none."""
        self.pieces.append(data if self._as_it_stands > 0 else re.sub(r"[ \t\r\n\f]+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" ")


def _tidy(text: str) -> str:
    lines = (" ".join(line.replace("\u200b", "").split(" ")).strip() for line in text.splitlines())
    return "\n".join(re.sub(r"[ \t\xa0]+", " ", line) for line in lines if line.strip())
