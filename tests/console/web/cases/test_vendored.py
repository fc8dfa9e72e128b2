"""Scripts of other hands are what they were when they were fetched, and each has its licence beside it."""

import re
from hashlib import sha256

from tests.structure.test_project import ROOT

#: where the console's scripts lie
SCRIPTS = ROOT / "console/web/scripts"


def test_each_script_that_was_fetched_is_the_one_that_was_fetched() -> None:
    """By the digest in the step that fetches it; nothing in it was changed by hand."""
    step = (ROOT / ".ci/vendor").read_text("utf-8")
    kept = re.findall(r"^\S+ [\d.]+ [0-9a-f]{64} \S+ (\S+\.js) ([0-9a-f]{64})$", step, re.MULTILINE)
    assert {name for name, _ in kept} == {"htmx.js", "htmx-sse.js"}
    for name, digest in kept:
        assert sha256((SCRIPTS / name).read_bytes()).hexdigest() == digest, name
        assert (SCRIPTS / name.replace(".js", ".LICENSE")).read_text("utf-8").strip()
