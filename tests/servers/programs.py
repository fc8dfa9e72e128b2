"""Programs of the machine that some tests work with: where one is missing, the tests are skipped, or fail.

``TAT_TEST_REQUIRE`` names those that have to be there, with spaces between. `.ci/run` sets it: where
the browser could not be installed, no green run is left behind in which no page was opened.
"""

import os
import shutil

import pytest

#: the variable that names the programs which have to be there
REQUIRED = "TAT_TEST_REQUIRE"

#: where servers lie that not everybody's shell finds
SERVERS = f"{os.defpath}:/usr/local/sbin:/usr/sbin:/sbin"


def installed(name: str) -> str:
    """Where a program is; where it is not, the test that asks is skipped, or fails if the run requires it.

    Args:
        name: what it is called at a terminal.
    """
    found = shutil.which(name) or shutil.which(name, path=SERVERS)
    if found is None:
        if name in os.environ.get(REQUIRED, "").split():
            pytest.fail(f"{name} is not installed here, and {REQUIRED} says that it has to be")
        pytest.skip(f"{name} is not installed here; .ci/run installs and requires it")
    return found
