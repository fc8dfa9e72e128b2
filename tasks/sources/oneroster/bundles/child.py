"""Looking somebody up in bundles, in a process that can be killed and has bounds of its own.

Run by :class:`tasks.far.killable.Killable`. It is told whom to look up in JSON, and says in JSON what came of
it: nothing that a bundle does to it reaches further than its words.
"""

import json
import resource
import sys
from typing import Any

from pydantic import TypeAdapter, ValidationError

from states.errors import StepFailed
from tasks.sources.contract import Found, NotFound, Reply, Unavailable
from tasks.sources.oneroster.bundles.looking import Asked, look

#: seconds that a look-up may take in all, and of the processor's time
SECONDS, OF_PROCESSOR = 28.0, 27

#: bytes of memory that the process may have
MEMORY = 1024 * 1024 * 1024

_KINDS: dict[str, type[Any]] = {each.__name__: each for each in (Found, NotFound, Unavailable)}


def main() -> None:
    """Look up, and say what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (OF_PROCESSOR, OF_PROCESSOR))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked = Asked.model_validate_json(sys.stdin.buffer.read())
    try:
        reply = look(asked)
    except StepFailed as failure:
        reply = Unavailable(failure.code, permanent=failure.permanent)
    sys.stdout.buffer.write(write_reply(reply))


def write_reply(reply: Reply) -> bytes:
    """A reply as it travels."""
    kind = type(reply)
    said = TypeAdapter(kind).dump_python(reply, mode="json")
    return json.dumps({"kind": kind.__name__, "reply": said}).encode()


def read_reply(said: bytes) -> Reply:
    """A reply that came over.

    Raises:
        StepFailed: it is none, as of a process that died in the middle of a word.
    """
    try:
        told = json.loads(said)
        reply: Reply = TypeAdapter(_KINDS[told["kind"]]).validate_python(told["reply"])
    except (ValidationError, ValueError, KeyError, TypeError):
        pass
    else:
        return reply
    raise StepFailed("unreadable_file")
