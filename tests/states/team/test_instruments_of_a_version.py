"""One instrument of the next version of the plan is entered, changed or taken out, nothing else (W-05)."""

import difflib
import json
import tomllib
from pathlib import Path

import pytest

from notifications.messages.rendering import check_templates
from states.casebook import Casebook
from states.casebook.team.upkeep import instruments, versions
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.files.packed import packed
from states.policy.instruments import Instrument
from states.policy.pack import PACKS, Pack
from states.policy.reading import load_pack
from states.settings import Settings
from tests.cases.walking import Walk

pytestmark = [pytest.mark.clause("W-05"), pytest.mark.clause("W-46")]

SHIPPED = (PACKS / "wnmu" / "pack.toml").read_text(encoding="utf-8")

#: a decision tree in words that a file has to escape
TREE = {
    "title": 'Invented "tree"',
    "says": "Two lines,\nof which one ends in a backslash \\",
    "source": "Ours. 'Really'; ñ, 日本, \x7f.",
    "clause": "W-05",
    "chosen": "# no remark",
    "scales": {
        "yes_no": [{"id": "yes", "reads": "Yes"}, {"id": "no", "reads": "No", "points": ["or ]", "="]}]
    },
    "sections": [
        {"title": "All of it", "questions": [{"id": "first", "asks": "Is it?", "scale": "yes_no"}]},
        {
            "title": "The rest",
            "questions": [
                {"id": "when", "asks": "Why?", "when": {"first": ["no"]}},
                {"id": "last", "asks": "In words"},
            ],
        },
    ],
    "ends": [
        {"id": "good", "title": "Good", "then": "Nothing.", "when": {"first": ["yes"]}},
        {"id": "bad", "title": "Bad", "then": "All.", "when": {"first": ["no"]}},
    ],
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder."""
    home = tmp_path / "home"
    home.mkdir()
    return Settings(home=home)


@pytest.fixture
def walk(book: Casebook) -> Walk:
    """An invented team."""
    return Walk(book)


def instrument(**other: object) -> Instrument:
    """The invented one, with something else in it."""
    return Instrument.model_validate_json(json.dumps(TREE | other))


def put(
    walk: Walk, settings: Settings, code: str, one: Instrument | None, *, of: str = "", version: str = "2027"
) -> Pack:
    """What the chair puts into the next version, as it is read."""
    of = of or versions.newest(settings).digest
    given = {"version": version, "of": of, "by": walk.chair, "try_templates": check_templates}
    return instruments.put(walk.book, settings, code, one, **given)  # type: ignore[arg-type]


def written(pack: Pack) -> str:
    """The file of a version."""
    return pack.file.read_text(encoding="utf-8")


def test_one_that_is_entered_stands_at_the_end_of_the_file_and_every_other_line_is_as_it_was(
    walk: Walk, settings: Settings
) -> None:
    """With its remarks; of all that was there the name of the version alone is another one."""
    pack = put(walk, settings, "tree", instrument())
    assert pack.instruments["tree"] == instrument()
    assert tomllib.loads(written(pack))["instruments"]["tree"] == TREE
    text = written(pack)
    lines = list(difflib.ndiff(SHIPPED.splitlines(), text.splitlines()))
    assert [line for line in lines if line.startswith("- ")] == ['- version = "2013-02-05"']
    again = put(walk, settings, "other", instrument(title="Other"))
    assert [*again.instruments] == ["cstag", "nabita", "tree", "other"]
    assert written(again).startswith(text.rstrip())


@pytest.mark.parametrize("code", ["cstag", "nabita", "tree"])
def test_one_that_is_changed_or_taken_out_stays_or_leaves_in_its_place(
    walk: Walk, settings: Settings, code: str
) -> None:
    """The others and all remarks stay, also where the instruments lie apart in the file."""
    put(walk, settings, "tree", instrument())
    given = f"{written(versions.newest(settings))}\n# the end\n".encode()
    before = versions.hand_in(walk.book, settings, given, by=walk.chair, try_templates=check_templates)
    changed = before.instruments[code].model_copy(update={"title": "Changed"})
    remarks = [line for line in written(before).splitlines() if line.startswith("#")]
    pack = put(walk, settings, code, changed)
    assert pack.instruments == dict(before.instruments) | {code: changed}
    assert [*pack.instruments] == [*before.instruments]
    assert [line for line in written(pack).splitlines() if line.startswith("#")] == remarks
    without = put(walk, settings, code, None)
    assert [*without.instruments] == [each for each in before.instruments if each != code]
    assert [line for line in written(without).splitlines() if line.startswith("#")] == remarks
    with pytest.raises(UnknownRecord):
        put(walk, settings, code, None)


def test_templates_of_its_own_go_along(walk: Walk, settings: Settings) -> None:
    """They are a part of the version that is changed."""
    words = {"words/reminder.txt.jinja": b"Subject: invented words\n\nInvented. {{ link }}\n"}
    given = packed({"pack.toml": f'templates = "words"\n{SHIPPED}'.encode(), **words})
    first = versions.hand_in(walk.book, settings, given, by=walk.chair, try_templates=check_templates)
    assert put(walk, settings, "tree", instrument()).own_templates == first.own_templates != {}


def test_nothing_is_kept_of_one_that_is_not_in_order_or_made_of_an_older_version(
    walk: Walk, settings: Settings
) -> None:
    """Nor of one that somebody hands in who does not run the team."""
    older = versions.newest(settings).digest
    put(walk, settings, "tree", instrument())
    before = settings.next_policy_file.read_bytes()
    with pytest.raises(Refused, match="another one by now"):
        put(walk, settings, "tree", instrument(title="Other"), of=older)
    with pytest.raises(BadInput, match=r"instruments\.tree\.ends: these answers lead nowhere: first: yes"):
        put(walk, settings, "tree", instrument(ends=TREE["ends"][1:]))  # type: ignore[index]
    with pytest.raises(NotPermitted):
        instruments.put(
            walk.book,
            settings,
            "tree",
            None,
            version="2027",
            of=versions.newest(settings).digest,
            by=walk.officer,
            try_templates=check_templates,
        )
    assert settings.next_policy_file.read_bytes() == before
    assert load_pack(settings.pack_to_come).instruments["tree"] == instrument()


def test_a_file_in_which_one_entry_cannot_be_changed_alone_is_left_to_be_changed_by_hand(
    walk: Walk, settings: Settings
) -> None:
    """As where all instruments stand in one line: it is said, and nothing is kept."""
    start, _, rest = SHIPPED.partition("[instruments.cstag]")
    end = rest[rest.index("[measures.subject]") :]
    given = f"instruments = {{}}\n{start}{end}".encode()
    versions.hand_in(walk.book, settings, given, by=walk.chair, try_templates=check_templates)
    before = settings.next_policy_file.read_bytes()
    with pytest.raises(BadInput, match="cannot be changed alone"):
        put(walk, settings, "tree", instrument())
    assert settings.next_policy_file.read_bytes() == before
