"""What the form promises reporters, held against what is done: who sees a name that is kept private."""

import re

import pytest

from states.contents.classes import FieldClass
from states.withholding import SEES, OnCase
from tests.console.web.conftest import Served
from tests.console.web.report.test_steps import stepped

#: how each language promises it, and how a reporter knows those who may see it
PROMISES = {
    "en": (
        r"If you say yes, only (.+?) see your name\.",
        {OnCase.CHAIR: "the head of the team", OnCase.INTAKE: "those who read new reports first"},
        "the office that takes this paper",
    ),
    "es": (
        r"Si dice que sí, solo ven su nombre (.+?)\.",
        {OnCase.CHAIR: "quien dirige el equipo", OnCase.INTAKE: "quienes leen primero los reportes nuevos"},
        "la oficina que recibe este papel",
    ),
}


@pytest.mark.clause("W-40")
@pytest.mark.parametrize("language", PROMISES)
def test_the_form_names_those_who_see_a_private_reporters_name_and_nobody_else(
    served: Served, language: str
) -> None:
    """On line whom the table of withholding says; on paper, whoever takes the sheet besides."""
    sentence, words, paper = PROMISES[language]
    client = served.stranger()
    client.get(f"/report?lang={language}")
    stepped(client, "", site="deming", danger="no")
    truly = {words[each] for each in SEES[FieldClass.REPORTER]}
    for path, more in (("/report/you", set[str]()), ("/report/paper", {paper})):
        (named,) = re.findall(sentence, client.get(path).text)
        assert set(re.split(r",? (?:and|y) |, ", named)) == truly | more, path
