"""Tests hold on a slow machine, beside others and in any order: what proved to break them is refused here."""

import ast
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: what looks at a page as it is just now, whatever is on its way; `expect` waits
GLANCES = frozenset(
    {
        *("all_inner_texts", "all_text_contents", "bounding_box", "content", "count", "evaluate"),
        *("evaluate_all", "get_attribute", "inner_html", "inner_text", "input_value", "is_checked"),
        *("is_disabled", "is_editable", "is_enabled", "is_hidden", "is_visible", "text_content", "title"),
    }
)

#: what sends over HTTP, and gives up after five seconds unless it is told otherwise
IMPATIENT = frozenset({"AsyncClient", "Client", "delete", "get", "head", "patch", "post", "put", "stream"})

#: what the whole process has, or what others count
SHARED = frozenset({"active_count", "num_fds", "num_threads"})

#: what makes a page, and gives up after half a minute
PAGES = frozenset({"new_context", "new_page"})

#: one of these stands in every file that one of the rules is about
WORDS = ("playwright", "httpx.", "socket", "Controller", "package", "watching", *SHARED)

#: where that is all the same, and why
ALL_THE_SAME: Mapping[str, str] = {
    "tests/console/web/files/test_in_a_browser.py: glances": "of a page that runs nothing, once it is loaded",
    "tests/servers/chromium.py: pages": "here they get their patience",
}


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call in a part of a module."""
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def name_of(call: ast.Call) -> str:
    """The last part of the name of what is called."""
    return ast.unparse(call.func).rpartition(".")[2]


def asserted(tree: ast.Module) -> Iterator[ast.expr]:
    """What a module's asserts assert."""
    return (node.test for node in ast.walk(tree) if isinstance(node, ast.Assert))


def drives_a_browser(tree: ast.Module) -> bool:
    """Whether a module knows the browser's driver."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return any((node.module or "").startswith("playwright") for node in imports)


def glances(tree: ast.Module) -> Iterator[int]:
    """An assert on what a page shows at this moment, where `expect` waits for it."""
    if drives_a_browser(tree):
        for test in asserted(tree):
            # Of words one counts something; of what is on a page, what there is.
            looks = (each for each in calls(test) if name_of(each) != "count" or not each.args)
            yield from (each.lineno for each in looks if name_of(each) in GLANCES)
            yield from (
                each.lineno
                for each in ast.walk(test)
                if isinstance(each, ast.Attribute) and ast.unparse(each) == "page.url"
            )


def pages(tree: ast.Module) -> Iterator[int]:
    """A page that is made without patience; `opened` gives it some."""
    if drives_a_browser(tree):
        yield from (each.lineno for each in calls(tree) if name_of(each) in PAGES)


def looks(tree: ast.Module) -> Iterator[int]:
    """A page that is looked at right after something was pressed on another: `leads_on` waits for it."""
    blocks = (getattr(node, "body", None) for node in ast.walk(tree))
    for body in (each for each in blocks if isinstance(each, list) and drives_a_browser(tree)):
        for before, after in pairwise(body):
            pressed = any(name_of(each) in ("click", "press") for each in _called(before))
            if pressed and any("look" in name_of(each) for each in _called(after)):
                yield after.lineno


def _called(statement: ast.stmt) -> Iterator[ast.Call]:
    return calls(statement) if isinstance(statement, ast.Expr) else iter(())


def requests(tree: ast.Module) -> Iterator[int]:
    """A request that is given up after five seconds, as httpx does unless it is given more."""
    for call in calls(tree):
        said = {word.arg for word in call.keywords}
        if (
            isinstance(call.func, ast.Attribute)
            and ast.unparse(call.func.value) == "httpx"
            and call.func.attr in IMPATIENT
            and not said & {"timeout", "transport"}
        ):
            yield call.lineno


def ports(tree: ast.Module) -> Iterator[int]:
    """A port that was free a moment ago, which somebody else may have by now: `reserved_port` holds it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.With):
            inside = {name_of(each) for each in calls(node)}
            yields = any(isinstance(each, ast.Yield) for each in ast.walk(node))
            if {"socket", "bind", "getsockname"} <= inside and "listen" not in inside and not yields:
                yield node.lineno


def counts(tree: ast.Module) -> Iterator[int]:
    """An assert on how many threads or files the process has, or how many listen, before it has settled."""
    for test in asserted(tree):
        yield from (each.lineno for each in calls(test) if name_of(each) in SHARED)
        yield from (
            each.lineno
            for each in ast.walk(test)
            if isinstance(each, ast.Attribute) and ast.unparse(each).endswith("watching.count")
        )


def mail_servers(tree: ast.Module) -> Iterator[int]:
    """A mail server that has to stand within five seconds."""
    for call in calls(tree):
        if name_of(call) == "Controller" and "ready_timeout" not in {word.arg for word in call.keywords}:
            yield call.lineno


def packages(tree: ast.Module) -> Iterator[int]:
    """A fixture for a package: folders of tests are none, so it lives as long as the whole run."""
    for call in calls(tree):
        if any(w.arg == "scope" and ast.unparse(w.value) == "'package'" for w in call.keywords):
            yield call.lineno


RULES: Mapping[str, Callable[[ast.Module], Iterator[int]]] = {
    rule.__name__: rule for rule in (glances, pages, looks, requests, ports, counts, mail_servers, packages)
}

BROWSER = "from playwright.sync_api import Page\n"


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        ("glances", f"{BROWSER}assert 'x' in page.inner_text('main')"),
        ("glances", f"{BROWSER}assert page.locator('li').count() == 3"),
        ("glances", f"{BROWSER}assert page.url.endswith('/shown')"),
        ("pages", f"{BROWSER}browser.new_context()"),
        ("looks", f"{BROWSER}def test():\n    button.click()\n    looked_at(page)"),
        ("requests", "httpx.get(url)"),
        ("requests", "with httpx.Client(base_url=url) as client: ..."),
        ("ports", "with socket.socket() as free:\n    free.bind(HERE)\n    port = free.getsockname()[1]"),
        ("counts", "assert threading.active_count() < 9"),
        ("counts", "assert served.app.state.watching.count == 40"),
        ("mail_servers", "Controller(handler, port=port)"),
        ("packages", "@pytest.fixture(scope='package')\ndef served(): ..."),
    ],
)
def test_what_does_not_wait_is_found(rule: str, source: str) -> None:
    """Each of them failed on a busy machine, or would have."""
    assert list(RULES[rule](ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        f"{BROWSER}expect(page.locator('li')).to_have_count(3)",
        f"{BROWSER}number = page.locator('code').inner_text()",
        f"{BROWSER}assert words.count(number) == 1",
        f"{BROWSER}def test():\n    leads_on(page, button)\n    looked_at(page)",
        "assert text.count('x') == 1",
        "httpx.get(url, timeout=PATIENCE)",
        "with socket.socket() as a:\n    a.bind(HERE)\n    a.listen()\n    port = a.getsockname()[1]",
        "until(lambda: threading.active_count() < 9, 'they stay')",
        "Controller(handler, port=port, ready_timeout=PATIENCE)",
    ],
)
def test_what_waits_is_none_of_them(source: str) -> None:
    """Nor is what looks like it elsewhere than in a browser."""
    assert [rule for rule, found in RULES.items() if list(found(ast.parse(source)))] == []


def test_every_test_waits_for_what_it_asserts() -> None:
    """In no file of the tests; where it is all the same, a table here says why."""
    found: dict[str, list[int]] = {}
    for file in sorted((ROOT / "tests").rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        tree = ast.parse(source if any(word in source for word in WORDS) else "")
        for name, rule in RULES.items():
            if lines := list(rule(tree)):
                found[f"{file.relative_to(ROOT)}: {name}"] = lines
    assert {where: lines for where, lines in found.items() if where not in ALL_THE_SAME} == {}
    assert set(ALL_THE_SAME) <= set(found), "these wait by now"
