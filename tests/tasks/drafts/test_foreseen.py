"""What a step would send is what leaves once it is taken: to the same people, in the same words."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from flows.catalog import CATALOG
from flows.performing import perform
from notifications.messages.contexts import Context
from notifications.messages.registry import MESSAGES
from notifications.messages.rendering import render
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import listing
from states.casebook.reading import whole_case
from states.casebook.triggers import acting
from states.errors import EffectFailed, TransitionRefused
from states.settings import Settings
from states.vault import make_key_file
from states.vocabulary.effects import EffectKind, EffectStatus
from tasks.desk import Desk
from tasks.drafts.foreseen import foresee
from tasks.sources.registry import Sources
from tests.cases.walking import Walk

#: kinds of effect that reach for what a test has none of
FAR = (EffectKind.COLLECT_RECORDS, EffectKind.REFRESH_RECORDS, EffectKind.CONVEY_RECOMMENDATIONS)


@pytest.fixture
def desk(tmp_path: Path, migrated: Path) -> Iterator[Desk]:
    """A desk with an empty casebook and no sources."""
    settings = Settings(home=tmp_path)
    make_key_file(settings.key_file)
    shutil.copyfile(migrated, tmp_path / "casebook.db")
    book = Casebook.open(settings)
    yield Desk(settings, book, Sources())
    book.close()


async def owed_is_done(desk: Desk, number: str) -> None:
    """Do what a case owes now, but for what goes far."""
    owed = listing.effects(desk.book, by=SYSTEM, number=number, status=EffectStatus.PENDING)
    for line in owed:
        if line.kind not in FAR and line.due_at <= desk.book.clock():
            # What the gate holds back stays: no rule of this policy lets it leave.
            with suppress(EffectFailed):
                await perform(desk, line.effect_id, CATALOG[EffectKind(line.kind)].does, run="here")


def sent(walk: Walk, number: str) -> list[tuple[str, str]]:
    """Whom a case's messages went to, and their subjects; a letter's is not kept apart from it."""
    found = []
    for row in whole_case.dossier(walk.book, number, by=walk.chair)["notices"]:
        subject, said = "", row["content"]["context"]
        if said:
            detail = type(MESSAGES[row["template"]].sample.detail).model_validate(said["detail"])
            context = Context.model_validate(said | {"detail": detail})
            subject = render(row["template"], context, own_channel=True).subject
        found.append((row["recipient"], subject))
    return found


@pytest.mark.parametrize(
    ("stage", "trigger", "given"),
    [
        ("screened", "open_inquiry", {}),
        ("screened", "raise_alarm", {}),
        ("planned", "activate_plan", {}),
        ("reintegrating", "resume_monitoring", {"reason": "Invented."}),
    ],
)
async def test_what_is_foreseen_is_what_leaves(
    desk: Desk, stage: str, trigger: str, given: dict[str, str]
) -> None:
    """Looking writes nothing, and tells what is sent when the step is taken right after."""
    walk = Walk(desk.book)
    number = getattr(walk, stage)()
    await owed_is_done(desk, number)
    before, events = sent(walk, number), walk.events(number)

    def take(book: Casebook) -> None:
        acting.act(book, number, trigger, by=walk.chair, given=given)

    foreseen = foresee(desk.book, desk.settings, number, take, by=walk.chair)
    assert walk.events(number) == events
    assert foreseen.messages, "a step that tells nobody shows nothing here"
    take(desk.book)
    await owed_is_done(desk, number)
    left = sent(walk, number)
    for each in before:
        left.remove(each)
    letters = {office for office, subject in left if not subject}
    told = [(one.recipient, "" if one.recipient in letters else one.subject) for one in foreseen.messages]
    assert sorted(told) == sorted(left)


def test_what_would_be_refused_is_refused_when_it_is_looked_at(desk: Desk) -> None:
    """For the same reasons, and nothing of it is written: not even who rehearsed."""
    walk = Walk(desk.book)
    number = walk.reported()
    with pytest.raises(TransitionRefused, match="Nobody has screened"):
        foresee(
            desk.book,
            desk.settings,
            number,
            lambda book: acting.act(book, number, "open_inquiry", by=walk.chair),
            by=walk.chair,
        )
    assert walk.events(number) == ["reported"]
