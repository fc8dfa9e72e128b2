"""The outbox, a folder: each message is one whole readable file, under a name that tells nothing."""

import asyncio
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from notifications.channels.envelope import message_id
from notifications.channels.ways import OutboxChannel
from states.errors import StepFailed
from tests.notifications.handing_over import TO, Maker, says_nothing


def files(folder: Path) -> list[Path]:
    """What a folder holds."""
    return list(folder.iterdir())


async def test_the_outbox_keeps_a_message_as_one_readable_file(tmp_path: Path, mail: Maker) -> None:
    """The file is a whole mail, readable by its owner only, and its name tells nothing."""
    channel = OutboxChannel(tmp_path / "outbox")
    message = mail()
    await channel.deliver(message, TO)
    (file,) = files(tmp_path / "outbox")
    assert file == channel.path_of(message)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert "TAT" not in file.name
    assert "chair" not in file.name
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == message["Subject"]


async def test_the_outbox_takes_the_same_message_once(tmp_path: Path, mail: Maker) -> None:
    """Delivering again, at the same time or later, leaves one file; another message makes another."""
    channel = OutboxChannel(tmp_path)
    await asyncio.gather(*(channel.deliver(mail(), TO) for _ in range(10)))
    await channel.deliver(mail(), TO)
    assert len(files(tmp_path)) == 1
    await channel.deliver(mail(message_id=message_id("effect-2")), TO)
    assert len(files(tmp_path)) == 2


async def test_an_outbox_that_cannot_be_written_is_a_temporary_failure(tmp_path: Path, mail: Maker) -> None:
    """A file where the folder should be: the effect is tried again later, and the error names no one."""
    (tmp_path / "outbox").write_text("in the way")
    with pytest.raises(StepFailed) as failed:
        await OutboxChannel(tmp_path / "outbox").deliver(mail(), TO)
    assert (failed.value.code, failed.value.permanent) == ("outbox_unwritable", False)
    assert says_nothing(failed.value)


async def test_a_failed_write_leaves_no_half_message(tmp_path: Path, mail: Maker) -> None:
    """The file appears whole or not at all."""
    channel = OutboxChannel(tmp_path)
    message = mail()
    channel.path_of(message).mkdir()
    with pytest.raises(StepFailed):
        await channel.deliver(message, TO)
    assert files(tmp_path) == [channel.path_of(message)]
