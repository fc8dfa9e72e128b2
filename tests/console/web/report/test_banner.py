"""The emergency banner of the form: on each step the numbers of the campus chosen, and no other's."""

import html
import re
from collections.abc import Iterable

import pytest

from console.web.report.reading import STEPS
from states.policy.terms import Phone
from tests.console.web.conftest import Served
from tests.console.web.report.test_steps import stepped


def numbers(phones: Iterable[Phone]) -> set[str]:
    """The numbers of some phones."""
    return {phone.number for phone in phones}


@pytest.mark.clause("W-13", "W-14", "W-15", "W-16")
@pytest.mark.parametrize("danger", ["no", "yes"])
def test_each_step_says_the_numbers_of_the_campus_chosen_and_of_no_other(served: Served, danger: str) -> None:
    """Of every site of the plan; where somebody is in danger, University Police's and the team's, too."""
    pack = served.book.pack
    assert len(pack.sites) > 1
    for code, site in pack.sites.items():
        client, police = served.stranger(), site.police
        stepped(client, "", site=code, danger=danger)
        due = numbers(police.emergency_phones)
        if danger == "no":
            due |= numbers(police.nonemergency_phones)
        else:
            due.add(pack.duty_line)
            if not police.own:
                due |= numbers(pack.site(pack.own_police).police.nonemergency_phones)
        for step in STEPS:
            page = html.unescape(client.get(f"/report/{step}").text)
            (banner,) = re.findall(r'<div class="alert">.*?</div>\s*<div class="narrow">', page, re.DOTALL)
            shown = re.findall(r'(?:<a href="tel:[^"]+">|class="number">)([^<]+)<', banner)
            assert set(shown) == due, (code, step)


@pytest.mark.clause("W-16", "W-14", "W-15")
def test_before_a_campus_is_chosen_the_numbers_of_each_stand_beside_its_name(served: Served) -> None:
    """Whoever has no time to choose finds theirs."""
    page = html.unescape(served.stranger().get("/report").text)
    (banner,) = re.findall(r'<div class="alert">.*?</dl>', page, re.DOTALL)
    said = dict(re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", banner, re.DOTALL))
    assert {name: set(re.findall(r">([\d-]+)<", there)) for name, there in said.items()} == {
        site.name: {phone.number for phone in site.police.emergency_phones}
        for site in served.book.pack.sites.values()
    }
