"""Debian's Chromium, without a window."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser for as long as the block lasts; where there is none, the test is skipped."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed here; .ci/run installs it where it may")
    with sync_playwright() as playwright:
        # As root it runs in no sandbox of its own.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        with playwright.chromium.launch(executable_path=program, args=arguments) as browser:
            yield browser
