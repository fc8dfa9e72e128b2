"""Answers in the shapes that vendors' documents and sources show become the right replies.

Each file of ``answers/`` holds one look-up: what is asked, what the service says to each request (the first
line that fits), and what is to come of it: one of the five answers, the missing parts, and the facts.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

from states.vocabulary.people import IdentifierKind
from tasks.sources.asking import ask
from tasks.sources.contract import Found, Unavailable
from tests.tasks.sources.faults import Answer, Call, FarSide, hurry
from tests.tasks.sources.oneroster.conftest import Asking, Making
from tests.waiting import PATIENCE

RECORDED = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "answers").glob("*.json"))
}


def replaying(lines: list[dict[str, Any]]) -> Any:
    """A service that says what was recorded; a request that nobody recorded is answered 404."""

    def answer(call: Call) -> Answer:
        target = unquote_plus(call.target)
        for line in lines:
            if line["asked"] in target and line.get("without", "\0") not in target:
                status, headers = line.get("status", 200), line.get("headers", {})
                if "text" in line:
                    return Answer(status, line["text"].encode(), headers)
                return Answer.of_json(line["body"], status, headers)
        return Answer(404)

    return answer


@pytest.mark.parametrize("recorded", RECORDED)
async def test_what_a_vendor_answers_becomes_the_right_reply(
    recorded: str, far: FarSide, made: Making, question: Asking
) -> None:
    """Which of the five it is, which parts are missing, and what is told."""
    row = RECORDED[recorded]
    token = {"asked": "/token", "body": {"access_token": "t", "token_type": "bearer", "expires_in": None}}
    far.honest = replaying([token, *row["answers"]])
    identifiers = {IdentifierKind(kind): value for kind, value in row["ask"].items()}
    with pytest.MonkeyPatch.context() as impatience:
        hurry(impatience)
        reply = await ask(made(**row["table"]), question(identifiers=identifiers), timeout=PATIENCE)
    says = reply.reason if isinstance(reply, Unavailable) else str(reply.status)
    assert says == row["says"]
    if isinstance(reply, Found):
        assert list(reply.missing) == row["missing"]
        assert [[fact.name, fact.value] for fact in reply.facts] == row["facts"]
