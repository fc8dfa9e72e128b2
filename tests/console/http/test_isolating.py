"""Every value on a page has a direction of its own, whoever wrote the template."""

import re
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from console.http.isolating import ISOLATING, Isolating

WEB = Path(__file__).parents[3] / "console"
HEBREW, ARABIC = "שם בדוי", "اسم مختلق"

#: fields of templates in which people write words
WRITTEN = re.compile(
    r"<textarea[^>]*>|<input(?![^>]*type=\"(?:hidden|radio|checkbox|date|file|password|\{\{[^\"]*)\")[^>]*>",
    re.DOTALL,
)


def shown(template: str, **values: object) -> str:
    """What a template makes of values."""
    environment = Environment(
        loader=DictLoader({"it": template}), autoescape=True, extensions=["jinja2.ext.i18n", Isolating]
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(ISOLATING)
    return environment.get_template("it").render(values)


@pytest.mark.parametrize("name", [HEBREW, ARABIC, f"Sam ({HEBREW}", "\u0661\u0662"])
def test_what_turns_its_neighbours_is_isolated_where_it_stands_between_tags(name: str) -> None:
    """By an element; where no element may stand, by marks; in a field and an attribute it stays as it is."""
    bdi, marks = f"<bdi>{name}</bdi>", f"&#x2068;{name}&#x2069;"
    for template, made in (
        ("<p>{{ x }}, 5</p>", f"<p>{bdi}, 5</p>"),
        ("{{ x }}", bdi),
        ("<p>{% if x %}{{ x if x else 1 }}{% else %}<b>{{ x }}</b>{% endif %}</p>", f"<p>{bdi}</p>"),
        ("<p class='{{ x }}'>{{ x }}</p>", f"<p class='{name}'>{bdi}</p>"),
        ('<input value="{{ x }}"> {{ x }}', f'<input value="{name}"> {bdi}'),
        ("<title>{{ x }}</title><p>{{ x }}</p>", f"<title>{marks}</title><p>{bdi}</p>"),
        ("<option>{{ x }}</option>", f"<option>{marks}</option>"),
        ("<textarea>{{ x }}</textarea>", f"<textarea>{name}</textarea>"),
        ("<bdi>{{ x }}</bdi>{{ x }}", f"<bdi>{name}</bdi>{bdi}"),
        ('<p dir="auto"><b>{{ x }}</b></p>', f'<p dir="auto"><b>{name}</b></p>'),
        ('<li{% if x %} class="a"{% endif %}>{{ x }}<br>{{ x }}</li>', f'<li class="a">{bdi}<br>{bdi}</li>'),
        ("{% macro m(y) %}<i>{{ y }}</i>{% endmacro %}<p>{{ m(x) }}</p>", f"<p><i>{bdi}</i></p>"),
        ("<p>{% trans %}Said by {{ x }}{% endtrans %} {{ x }}</p>", f"<p>Said by {name} {bdi}</p>"),
    ):
        assert shown(template, x=name) == made, template


def test_whatever_turns_nothing_stays_as_it_is_and_what_is_isolated_is_escaped() -> None:
    """Latin, accented, Chinese, numbers, nothing; and a tag that somebody wrote is none."""
    for plain in ("Sam Sample", "José Ñandú", "张三", 5, "", "a, b"):
        assert shown("<p>{{ x }}</p>", x=plain) == f"<p>{plain}</p>"
    assert shown("<p>{{ x }}</p>", x=f"<b>{HEBREW}") == f"<p><bdi>&lt;b&gt;{HEBREW}</bdi></p>"
    assert shown("<title>{{ x }}</title>", x=f"</title>{HEBREW}").startswith("<title>&#x2068;&lt;/title&gt;")


def test_every_field_that_words_are_written_in_has_its_own_direction() -> None:
    """Of every template: whoever writes from the right sees it come from the right."""
    lacking = [
        f"{file.name}: {field[:60]}"
        for file in sorted(WEB.rglob("*.html.jinja"))
        for field in WRITTEN.findall(file.read_text("utf-8"))
        if 'dir="auto"' not in field and "code" not in field and "tabindex" not in field
    ]
    assert lacking == []
