"""A call chain that one dead channel would silence, or that leaves police out, is refused at the start."""

import re
from pathlib import Path

import pytest

from states.errors import BadPolicy
from states.policy.reading import load_pack

SHIPPED = (Path(__file__).parents[3] / "states" / "policies" / "wnmu" / "pack.toml").read_text(
    encoding="utf-8"
)
POLICE = '    { call = "university_police", via = "mail", after = 0 },\n'
LOCAL = '    { call = "site_police", via = "mail", after = 0 },\n'
SECOND_CHAIN = """[[call_chain]]
sites = ["deming"]
steps = [
%s]
again_after = 5
clause = "U-15"

[violence]
"""


@pytest.mark.clause("W-13", "W-14", "U-15")
@pytest.mark.parametrize(
    ("wrong", "key", "words"),
    [
        (SHIPPED.replace('via = "text"', 'via = "mail"'), "call_chain.1.steps", "when mail is dead, nobody"),
        (SHIPPED.replace(POLICE, ""), "call_chain.1.steps", "University Police are not called at once"),
        (SHIPPED.replace(LOCAL, ""), "call_chain.1.steps", "site_police are not called at once"),
        (
            SHIPPED.replace(LOCAL, "").replace('"text", after = 4 },', f'"text", after = 4 }},\n{LOCAL}'),
            "call_chain.1.steps",
            "site_police are not called at once",
        ),
        (
            SHIPPED.replace("[violence]\n", SECOND_CHAIN % f"{POLICE}{LOCAL}"),
            "call_chain.2.steps",
            "at deming every call goes by mail",
        ),
        (
            SHIPPED.replace("[violence]\n", SECOND_CHAIN % (LOCAL + LOCAL)),
            "call_chain.2.steps",
            "at deming University Police are not called at once",
        ),
        (
            SHIPPED.replace('also = ["ntfys://push.wnmu.example/university-police"]\n', ""),
            "call_chain.1.steps",
            "calls university_police by text, and they have no such address",
        ),
        (
            SHIPPED.replace("[violence]\n", SECOND_CHAIN.replace("deming", "nowhere") % f"{POLICE}{LOCAL}"),
            "call_chain.2.sites",
            "there is no site 'nowhere'",
        ),
    ],
)
def test_a_chain_that_could_reach_nobody_is_refused(tmp_path: Path, wrong: str, key: str, words: str) -> None:
    """The sentence names the chain, and what would go wrong."""
    assert wrong != SHIPPED
    path = tmp_path / "pack.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(BadPolicy, match=re.escape(words)) as refusal:
        load_pack(str(path))
    assert key in str(refusal.value)
