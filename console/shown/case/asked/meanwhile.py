"""Forms over what is on record: what somebody changed in one, and what others set right there meanwhile.

Beside each such field goes a mark of what stood there when the form was opened. What its reader left alone
follows what others write; what both changed stands as both wrote it, until whoever comes second has seen it.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from console.shown.case.asked.fields import Ask, Field, Fields, Group, Said, content_of, unfolded

#: what stands before a field's name in the name of its mark
MARK = "stood."

#: hexadecimal digits of a mark
_LONG = 16


def mark(one: Field | Group) -> str:
    """What is on record of a field, in so many digits that no other wording has by chance."""
    return _marked(one, _given(one))


def mine(asked: Fields, said: Said) -> Said:
    """The answers, with what is on record now wherever somebody changed nothing.

    Args:
        asked: the fields, as they are on record now.
        said: what was sent; nothing: the form was not sent yet.
    """
    if not said:
        return said
    kept = dict(said)
    for one in _on_record(asked):
        if _is_untouched(one, said):
            kept = {name: given for name, given in kept.items() if not _is_of(name, one)} | _given(one)
    return kept


def on_record_now(asked: Fields, said: Said) -> Mapping[str, str]:
    """Of each field that both somebody and others changed, what the others wrote, by the field's name."""
    return {
        one.name: _reads(one)
        for one in _on_record(asked)
        if MARK + one.name in said
        and not _is_untouched(one, said)
        and mark(one) not in (*said[MARK + one.name], _marked(one, said))
    }


def changed(asked: Fields, said: Said) -> set[str]:
    """The names of the fields of which somebody says something else than is on record."""
    return {one.name for one in _on_record(asked) if _marked(one, said) != mark(one)}


def told_of(asked: Fields, said: Said, names: Collection[str]) -> dict[str, Any]:
    """What is to stand on record from now on of some fields, in the shape of their content.

    Args:
        asked: the fields.
        said: the answers.
        names: names of those fields; where one of a content's parts is named, all of it is told.
    """
    content, whole = content_of(asked, said), {name.partition(".")[0] for name in names}
    return {
        name: [row["text"] for row in content.get(name, ())]
        if _is_of_texts(one)
        else content.get(name, {} if "." in one.name else _empty(one))
        for one in _on_record(asked)
        if (name := one.name.partition(".")[0]) in whole
    }


def _is_of_texts(one: Field | Group) -> bool:
    return isinstance(one, Group) and [each.name for each in one.columns] == ["text"]


def _empty(one: Field | Group) -> list[str] | str | None:
    return [] if isinstance(one, Group) or one.ask is Ask.SEVERAL else one.empty


def _on_record(asked: Fields) -> Iterator[Field | Group]:
    return (one for one in unfolded(asked) if one.on_record)


def _is_untouched(one: Field | Group, said: Said) -> bool:
    stood = said.get(MARK + one.name)
    if stood is None:
        # Whoever sends no mark, and something of the field, means what they send.
        return not any(_is_of(name, one) for name in said)
    return stood == [_marked(one, said)]


def _is_of(name: str, one: Field | Group) -> bool:
    return name == one.name or (isinstance(one, Group) and name.startswith(f"{one.name}."))


def _given(one: Field | Group) -> dict[str, Sequence[str]]:
    """What a form that nobody touched sends of a field."""
    if isinstance(one, Field):
        return {one.name: one.given}
    return {each.name: each.given for row in one.rows({}) for each in row if each.given}


def _marked(one: Field | Group, said: Said) -> str:
    told = content_of((one,), said)
    if isinstance(one, Field) and one.ask is Ask.SEVERAL:
        # Browsers send them in the order in which they stand on the page.
        told = {one.name: sorted(said.get(one.name, ()))}
    written = json.dumps(told, sort_keys=True).replace("\\r\\n", "\\n")
    return hashlib.sha256(written.encode()).hexdigest()[:_LONG]


def _reads(one: Field | Group) -> str:
    """What is on record of a field, as people read it."""
    if isinstance(one, Group):
        rows = [[each for each in row if each.given] for row in one.rows({})]
        return "; ".join(", ".join(_reads(each) for each in row) for row in rows if row) or "nothing"
    called = {each.value: each.reads for each in one.options}
    return ", ".join(called.get(each, each) for each in one.given if each) or "nothing"
