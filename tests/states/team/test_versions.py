"""The next version of the plan: handed in whole or not at all, put in force once it is approved (W-46)."""

from pathlib import Path

import pytest

from notifications.messages.rendering import check_templates
from states.casebook import Casebook
from states.casebook.team import reviews
from states.casebook.team.approval import Standing, named, standing
from states.casebook.team.upkeep import versions
from states.casebook.team.upkeep.versions import NotInOrder
from states.contents.team import ReviewContent
from states.copies.making import ALONG
from states.errors import BadInput, NotPermitted, NotReady, Refused, UnknownRecord
from states.files.packed import packed, unpacked
from states.policy.pack import PACKS, Pack
from states.policy.reading import load_pack
from states.settings import Settings
from states.tables import TeamEvent
from tests.cases.walking import Walk
from tests.states.conftest import MONDAY
from tests.states.looking import rows

pytestmark = pytest.mark.clause("W-46")

SHIPPED = (PACKS / "wnmu" / "pack.toml").read_text(encoding="utf-8")

#: the shipped plan, as its next version
NEXT = SHIPPED.replace('version = "2013-02-05"', 'version = "2027-01-10"')

#: a message in words of a team's own
WORDS = b"Subject: invented words\n\nInvented. {{ link }}\n"


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


def handed_in(walk: Walk, settings: Settings, given: bytes | str) -> Pack:
    """What the chair hands in, as it is read."""
    raw = given.encode() if isinstance(given, str) else given
    return versions.hand_in(walk.book, settings, raw, by=walk.chair, try_templates=check_templates)


def approved(walk: Walk, pack: Pack) -> None:
    """Put on record that a version is approved."""
    said = ReviewContent(sections_revised="invented-section")
    reviews.record_review(
        walk.book, said, by=walk.chair, effective_at=MONDAY, approved_by="invented-body", pack=pack
    )


def test_what_is_downloaded_can_be_handed_in_as_it_is(walk: Walk, settings: Settings) -> None:
    """Word by word, with the templates of the pack's own; it is the version that it was."""
    before = handed_in(
        walk, settings, packed({"pack.toml": _with_words(NEXT), "words/reminder.txt.jinja": WORDS})
    )
    given = versions.download(before)
    assert unpacked(given)["words/reminder.txt.jinja"] == WORDS
    after = handed_in(walk, settings, given)
    assert (after.digest, after.version) == (before.digest, "2027-01-10")
    assert after.templates_folder is not None
    assert (after.templates_folder / "reminder.txt.jinja").read_bytes() == WORDS
    assert unpacked(versions.download(load_pack("wnmu"))) == {"pack.toml": SHIPPED.encode()}


def test_words_of_a_message_alone_make_another_version_which_is_approved_for_itself(
    walk: Walk, settings: Settings
) -> None:
    """No template goes into force by the approval of another; nor does one that was changed after reading."""
    approved(walk, handed_in(walk, settings, NEXT))
    plain = _with_words(NEXT)
    one = handed_in(walk, settings, packed({"pack.toml": plain, "words/reminder.txt.jinja": WORDS}))
    approved(walk, one)
    other = {"pack.toml": plain, "words/reminder.txt.jinja": WORDS.replace(b"Invented", b"Other")}
    two = handed_in(walk, settings, packed(other))
    assert len({one.digest, two.digest, named(one), named(two)}) == len([one, two]) * 2
    assert standing(walk.book, by=walk.chair, pack=one).standing is Standing.APPROVED
    assert standing(walk.book, by=walk.chair, pack=two).standing is Standing.UNREVIEWED
    with pytest.raises(Refused, match="was changed meanwhile"):
        versions.put_in_force(walk.book, settings, one.digest, by=walk.chair)
    with pytest.raises(Refused, match="enter the approval first"):
        versions.put_in_force(walk.book, settings, two.digest, by=walk.chair)
    approved(walk, two)
    assert versions.put_in_force(walk.book, settings, two.digest, by=walk.chair).digest == two.digest


def _with_words(text: str, folder: str = "words") -> bytes:
    return f'templates = "{folder}"\n{text}'.encode()


def test_it_is_one_file_of_the_data_folder_which_goes_along_in_backups(
    walk: Walk, settings: Settings
) -> None:
    """For its owner alone; wherever the file is put, it is laid out anew."""
    handed_in(walk, settings, NEXT)
    assert load_pack(settings.pack_to_come).version == "2027-01-10"
    assert load_pack(settings.pack_in_force).version == "2013-02-05"
    assert settings.next_policy_file.stat().st_mode & 0o777 == 0o600
    assert {settings.policy_file.name, settings.next_policy_file.name} < {*ALONG}
    elsewhere = settings.home.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "next_policy.zip").write_bytes(settings.next_policy_file.read_bytes())
    assert load_pack(Settings(home=elsewhere).pack_to_come).version == "2027-01-10"


def test_all_that_is_wrong_is_said_at_once_with_its_place_and_nothing_is_kept(
    walk: Walk, settings: Settings
) -> None:
    """The version that was there before stays, and nothing of the other one lies about."""
    handed_in(walk, settings, NEXT)
    wrong = NEXT.replace("[quorum]\noffices = 3", "[quorum]\noffices = 300")
    wrong = wrong.replace('scale = "settled", when', 'scale = "setled", when')
    with pytest.raises(NotInOrder) as refused:
        handed_in(walk, settings, wrong)
    first, *others = refused.value.problems
    line = wrong.splitlines().index("offices = 300") + 1
    assert first.startswith(f"Near line {line}: quorum.offices: it asks for more than")
    second = "instruments.cstag.settled.scale: there is no scale 'setled' in it (did you mean settled?)"
    assert second in " ".join(others)
    with pytest.raises(NotInOrder, match="not valid TOML"):
        handed_in(walk, settings, "name = ")
    with pytest.raises(NotInOrder, match="there is no such key here"):
        handed_in(walk, settings, NEXT.replace("reassess_days = 7", "reasses_days = 7"))
    with pytest.raises(NotInOrder, match="not valid TOML"):
        handed_in(walk, settings, b"\xff\xfe")
    assert load_pack(settings.pack_to_come).version == "2027-01-10"
    lies = sorted(file.name for file in settings.home.iterdir())
    assert lies == ["next_policy.zip", "policies"]
    assert len([*(settings.home / "policies").iterdir()]) == 1


@pytest.mark.parametrize("folder", ["..", "../..", "/etc", ".", "elsewhere"])
def test_no_template_of_a_version_that_is_handed_in_lies_outside_of_it(
    walk: Walk, settings: Settings, folder: str
) -> None:
    """Else one could put a file of the data folder, such as the master key, into a message."""
    with pytest.raises(NotInOrder, match="there is no such folder in the zip"):
        handed_in(walk, settings, _with_words(NEXT, folder))
    given = packed({"pack.toml": _with_words(NEXT, folder), "words/reminder.txt.jinja": WORDS})
    with pytest.raises(NotInOrder, match="nothing names it"):
        handed_in(walk, settings, given)


@pytest.mark.parametrize(
    ("name", "words", "says"),
    [
        ("reminder.txt.jinja", b"Subject: x\n\n{{ link", "reminder.txt.jinja, line 3"),
        ("reminder.txt.jinja", b"Subject: x\n\n{{ nobodys }} {{ link }}", "'nobodys' is undefined"),
        ("reminder.txt.jinja", b"Subject: x\n\nno way to the case", "lacks {{ link }}"),
        ("reminder.txt.jinja", b"Subject: {{ ''.__class__.__mro__ }}\n\n{{ link }}", "unsafe"),
        ("reminder.txt.jinja", b"Subject: x\n\n{% include '../../master.key' %}{{ link }}", "no template"),
        ("remindr.txt.jinja", WORDS, "overrides no shipped template"),
    ],
)
def test_templates_of_its_own_are_tried_in_the_sandbox_before_it_is_kept(
    walk: Walk, settings: Settings, name: str, words: bytes, says: str
) -> None:
    """A broken one is told by file and line; none reaches what messages are not made from."""
    (settings.home / "master.key").write_text("invented-key")
    given = packed({"pack.toml": _with_words(NEXT), f"words/{name}": words})
    with pytest.raises(NotInOrder) as refused:
        handed_in(walk, settings, given)
    assert says in str(refused.value)
    assert "invented-key" not in str(refused.value)
    assert not settings.next_policy_file.exists()


def test_only_whoever_runs_the_team_hands_one_in_takes_it_back_or_puts_it_in_force(
    walk: Walk, settings: Settings
) -> None:
    """What is no version, or was never handed in, is neither taken back nor put in force."""
    book, officer = walk.book, walk.officer
    with pytest.raises(NotPermitted):
        versions.hand_in(book, settings, NEXT.encode(), by=officer, try_templates=check_templates)
    for by, error in ((officer, NotPermitted), (walk.chair, UnknownRecord)):
        with pytest.raises(error):
            versions.take_back(book, settings, by=by)
        with pytest.raises(error):
            versions.put_in_force(book, settings, "", by=by)
    with pytest.raises(BadInput):
        handed_in(walk, settings, b"PK\x03\x04 invented")
    handed_in(walk, settings, NEXT)
    versions.take_back(book, settings, by=walk.chair)
    assert (settings.pack_to_come, [*settings.home.glob("policies/*")]) == ("", [])


def test_it_is_put_in_force_once_it_is_approved_and_as_it_was_read(
    book: Casebook, walk: Walk, settings: Settings
) -> None:
    """From then on the installation works with it; who did what stands in the record."""
    pack = handed_in(walk, settings, NEXT)
    with pytest.raises(Refused, match="Crisis Intervention Response Team approved this version"):
        versions.put_in_force(book, settings, pack.digest, by=walk.chair)
    approved(walk, pack)
    with pytest.raises(Refused, match="was changed meanwhile"):
        versions.put_in_force(book, settings, "0" * 64, by=walk.chair)
    live = settings.model_copy(update={"base_url": "https://tat.wnmu.edu"})
    with pytest.raises(NotReady, match=r"duty\.phone: 575-555-0100"):
        versions.put_in_force(book, live, pack.digest, by=walk.chair)
    assert load_pack(settings.pack_in_force).version == "2013-02-05"
    now = versions.put_in_force(book, settings, pack.digest, by=walk.chair)
    assert load_pack(settings.pack_in_force) == now
    assert (now.version, settings.pack_to_come) == ("2027-01-10", "")
    told = [event for event in rows(book, TeamEvent) if event.what.startswith("policy_")]
    assert [(event.what, event.actor) for event in told] == [
        ("policy_handed_in", "chair"),
        ("policy_put_in_force", "chair"),
    ]
    assert {event.data["digest"] for event in told} == {pack.digest}
