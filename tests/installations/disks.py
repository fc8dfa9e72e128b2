"""Disks that are small enough to be filled without harm."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """A small disk of its own for as long as the block lasts, which takes a person who may mount one.

    Args:
        folder: where it is mounted; made.
        megabytes: how much it holds.
    """
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("Only who may mount a disk can fill one without harm.")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607 - whichever is here


def fill(folder: Path) -> Path:
    """Leave no byte free on a disk; gives the file that took it all."""
    path = folder / "fill"
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return path
