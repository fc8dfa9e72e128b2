"""Kinds of source of an institution's own: declared by its pack, asked and shown like the built-in ones."""

import asyncio
import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts
from states.casebook.lookups import asking, questions
from states.casebook.triggers import acting
from states.policy.reading import load_pack
from states.settings import Settings
from states.vocabulary.effects import EffectKind
from states.vocabulary.sources import SourceKind
from tasks import plugged
from tasks.desk import Desk, open_desk
from tasks.steps.lookups import ask_source
from tests.cases.walking import Walk
from tests.console.conftest import Tat
from tests.states.looking import verified
from tests.states.store.test_outbox import take_up

ROOT = Path(__file__).parents[4]
SHIPPED = ROOT / "states" / "policies" / "wnmu" / "pack.toml"

#: what the manual says of a pack, and of a sources file
MANUAL = (ROOT / "docs" / "integrators.md").read_text(encoding="utf-8").partition("### A kind of your own")[2]
DECLARED, PLUGGED = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)[:2]

SWIPES = "Email,Door\ninvented-subject-email@people.example,Library\n"

BECAUSE = ("--because", "Nobody has seen him since.")


@pytest.fixture
def desk(tat: Tat, tmp_path: Path) -> Iterator[Desk]:
    """An installation whose pack declares what the manual does, and whose card system drops exports."""
    pack = tmp_path / "pack.toml"
    pack.write_text(f"{SHIPPED.read_text(encoding='utf-8')}\n{DECLARED}", encoding="utf-8")
    (tmp_path / "swipes.csv").write_text(SWIPES)
    exports = PLUGGED.replace("/srv/exports", str(tmp_path))
    (tat.home / "sources.toml").write_text(exports, encoding="utf-8")
    tat.environment["TAT_PACK"] = str(pack)
    desk = open_desk(Settings(home=tat.home, pack=str(pack)))
    yield desk
    desk.book.close()


def answered(desk: Desk) -> None:
    """Ask every source, as the flow does."""

    async def ask() -> None:
        work = take_up(desk.book, kinds=[EffectKind.COLLECT_RECORDS])
        for question in questions.questions(desk.book, work):
            await ask_source(desk, work, question)
        attempts.finish(desk.book, work)

    asyncio.run(ask())


def missing(book: Casebook, walk: Walk, number: str) -> str:
    """What the guard of an assessment says of sources."""
    explained = acting.can(book, number, by=walk.chair)
    return " ".join(
        each.sentence for can in explained for each in can.missing if each.guard == "sources_settled"
    )


def test_it_is_asked_explained_kept_and_shown_in_the_packs_words(tat: Tat, desk: Desk) -> None:
    """From `tat case ask` to the answer on the page; on another basis than the pack's, it is not asked."""
    walk = Walk(desk.book)
    number = walk.in_inquiry()
    refused = tat("case", "ask", number, "door_swipes", *BECAUSE, "--basis", "consent")
    assert refused.exit_code == 2, refused.stdout
    assert "ferpa_health_or_safety, ferpa_school_official" in " ".join(refused.stderr.split())
    said = tat("case", "ask", number, "door_swipes", *BECAUSE)
    assert said.exit_code == 0, said.stderr
    assert "door swipes of the card system will be asked" in " ".join(said.stdout.split())
    assert "door swipes of the card system (asked)" in missing(desk.book, walk, number)
    answered(desk)
    assert "door swipes" not in missing(desk.book, walk, number)
    (row,) = [row for row in walk.records(number, "source_queries") if row["kind"] == "door_swipes"]
    assert (row["status"], row["source"], row["basis"]) == ("found", "cards", "ferpa_health_or_safety")
    assert (row["retain_until"] - row["answered_at"]).days == 30
    (told,) = [row for row in walk.records(number, "disclosures") if row["recipient"] == "cards"]
    assert told["recipient_kind"] == "record_holder"
    page = " ".join(tat("case", "show", number).stdout.split())
    assert "Door swipes of the card system: found" in page
    assert "Library" in page
    subject = ("--subject", "email=invented-subject-email@people.example", "--kind", "door_swipes")
    tried = tat.json("sources", "check", "cards", *subject, "--yes")
    assert (tried["verdict"], tried["kind"]) == ("found", "door_swipes")
    assert tat("case", "waive-source", number, "Door Swipes", "--reason", "x").exit_code == 2


def test_what_is_on_record_is_readable_when_the_pack_declares_it_no_more(tat: Tat, desk: Desk) -> None:
    """The case opens, a question that waits says why it is not asked, and can be waived."""
    walk = Walk(desk.book)
    numbers = [walk.in_inquiry(), walk.in_inquiry()]
    kind = SourceKind("door_swipes")
    asking.request_lookup(desk.book, numbers[0], kind, by=walk.chair, because="x")
    answered(desk)
    asking.request_lookup(desk.book, numbers[1], kind, by=walk.chair, because="x")
    (tat.home / "sources.toml").unlink()
    tat.environment["TAT_PACK"] = "wnmu"
    bare = open_desk(Settings(home=tat.home))
    later = Walk(bare.book)
    assert "Door swipes: found" in tat("case", "show", numbers[0]).stdout
    while "door swipes (asked)" in missing(bare.book, later, numbers[1]):
        answered(bare)
    (row,) = [row for row in later.records(numbers[1], "source_queries") if row["kind"] == kind]
    assert (row["status"], row["code"], row["poll_at"]) == ("unavailable", "kind_not_asked", None)
    assert asking.ask_again(bare.book, numbers[1], by=later.chair) > 0
    answered(bare)
    waived = tat("case", "waive-source", numbers[1], "door_swipes", "--reason", "Seen since.")
    assert waived.exit_code == 0, waived.stderr
    assert "door swipes" not in missing(bare.book, later, numbers[1])
    assert questions.poll(bare.book, by=SYSTEM) == 0
    verified(bare.book)
    bare.book.close()


def test_a_running_installation_takes_a_source_of_such_a_kind_up(
    tat: Tat, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that changes is read by what the pack declares, as at start."""
    monkeypatch.setattr(plugged, "SETTLED", 0.0)
    watching = plugged.Plugged(desk.settings)
    file = tat.home / "sources.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[cards", "[new_cards"), encoding="utf-8")
    source = watching.look(desk).sources.for_kind(SourceKind("door_swipes"))
    assert source is not None
    assert source.name == "new_cards"


def test_a_kind_of_its_own_is_one_object_and_no_member() -> None:
    """It is told apart by name, stays itself when copied, and is not among the built-in ones."""
    own = SourceKind("door_swipes")
    assert own is SourceKind("door_swipes") is copy.copy(own) is copy.deepcopy(own)
    assert (own, own.is_own, SourceKind.REGISTRAR.is_own) == ("door_swipes", True, False)
    assert own not in list(SourceKind)
    odd: tuple[Any, ...] = ("", "Door", "door swipes", "7", "a" * 41, "dörr", None, 7)
    for written in odd:
        with pytest.raises(ValueError, match="is not a valid SourceKind"):
            SourceKind(written)


def test_the_shipped_pack_declares_none() -> None:
    """What ships needs no kind of its own: the eight are the plan's."""
    assert load_pack("wnmu").source_kinds == {}
