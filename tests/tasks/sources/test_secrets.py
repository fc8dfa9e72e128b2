"""Secrets are named where they are used, kept elsewhere, and shown nowhere."""

import logging
import traceback
from uuid import uuid4

import pytest
from prefect.blocks.system import Secret as SecretBlock
from pydantic import SecretStr, ValidationError

from states.errors import StepFailed
from tasks.far.secrets import Secret
from tests.tasks.sources.faults import Answer, FarSide

#: a secret that must never show
VALUE = "zq7-opensesame-zq7"

VARIABLE = "TAT_TEST_SECRET_OF_A_SOURCE"


async def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read when it is needed: one that was renewed is taken at once."""
    secret = Secret(env=VARIABLE)
    monkeypatch.setenv(VARIABLE, "the-old-one")
    assert await secret.reveal() == "the-old-one"
    monkeypatch.setenv(VARIABLE, VALUE)
    assert await secret.reveal() == VALUE


@pytest.mark.usefixtures("prefect_client_settings")
async def test_a_secret_comes_from_a_prefect_block_by_its_name(
    prefect_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real Prefect server keeps it; a block that is not there is a missing secret."""
    monkeypatch.setenv("TAT_PREFECT_API_URL", prefect_url)
    name = f"tat-test-{uuid4().hex[:12]}"
    with pytest.raises(StepFailed, match=r"^secret_missing$"):
        await Secret(block=name).reveal()
    block: SecretBlock[str] = SecretBlock(value=SecretStr(VALUE))
    await block.save(name)
    assert await Secret(block=name).reveal() == VALUE
    await SecretBlock.adelete(name)


async def test_a_prefect_that_is_away_is_another_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """That nobody could look is not that there is none: it is worth another try, and shows no address."""
    monkeypatch.setenv("TAT_PREFECT_API_URL", "http://127.0.0.1:9/api")
    with pytest.raises(StepFailed, match=r"^secret_unreachable$") as caught:
        await Secret(block="any").reveal()
    assert not caught.value.permanent
    assert caught.value.__cause__ is caught.value.__context__ is None


async def test_prefect_is_signed_in_to_as_its_own_clients_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that asks for a password gets the one of ``PREFECT_API_AUTH_STRING``, and no other is sent."""
    given = {"data": {"value": VALUE}}
    with FarSide(lambda call: Answer.of_json(given if "Authorization" in call.headers else {}, 200)) as far:
        monkeypatch.setenv("TAT_PREFECT_API_URL", f"{far.url}/api")
        with pytest.raises(StepFailed, match=r"^secret_unreachable$"):
            await Secret(block="any").reveal()
        monkeypatch.setenv("PREFECT_API_AUTH_STRING", "sam:sample")
        assert await Secret(block="any").reveal() == VALUE
    assert far.calls[-1].headers["Authorization"] == "Basic c2FtOnNhbXBsZQ=="


@pytest.mark.parametrize("held", [None, ""])
async def test_a_secret_that_is_not_there_is_missing_for_good(
    monkeypatch: pytest.MonkeyPatch, held: str | None
) -> None:
    """Asking again is of no use until somebody sets it."""
    monkeypatch.delenv(VARIABLE, raising=False)
    if held is not None:
        monkeypatch.setenv(VARIABLE, held)
    with pytest.raises(StepFailed, match=r"^secret_missing$") as caught:
        await Secret(env=VARIABLE).reveal()
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (VALUE, "a secret is never written here: name where it is kept"),
        ({}, "it must name either env or block"),
        ({"env": VALUE, "block": VALUE}, "it must name either env or block"),
        ({"env": VARIABLE, "value": VALUE}, "Extra inputs are not permitted"),
    ],
)
def test_a_secret_that_is_written_out_is_refused(written: object, said: str) -> None:
    """With a sentence that tells what to do, and does not repeat it."""
    with pytest.raises(ValidationError) as caught:
        Secret.model_validate(written)
    assert said in str(caught.value)
    assert VALUE not in str(caught.value) + repr(caught.value)


async def test_a_secret_shows_nowhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not in its repr, in a dump, in a log, on the screen, or in the error that follows upon it."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(VARIABLE, VALUE)
    secret = Secret(env=VARIABLE)
    await secret.reveal()
    shown = repr(secret) + str(secret) + secret.model_dump_json()
    monkeypatch.delenv(VARIABLE)
    try:
        await secret.reveal()
    except StepFailed as failure:
        shown += "".join(traceback.format_exception(failure))
    said = capfd.readouterr()
    assert VALUE not in shown + caplog.text + said.out + said.err
