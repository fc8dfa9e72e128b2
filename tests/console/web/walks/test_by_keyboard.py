"""A Mild case from screening to Closed by people who have a keyboard and nothing else."""

from playwright.sync_api import Browser, expect

from tests.console.web.conftest import Served
from tests.console.web.walks.keys import Keys
from tests.console.web.walks.team import World, gathered
from tests.console.web.walks.test_walks import WALKS


def test_a_case_is_walked_to_closed_by_keyboard_alone(browser: Browser, served: Served) -> None:
    """Whatever they need comes with Tab, Space, Enter and the arrows, and where they are can be seen."""
    mild = WALKS[0]
    assert mild.called == "mild"
    with gathered(browser, served, World.around(served), set(), hand=Keys) as team:
        team.person = {"name": "Sam Sample", "campus_id": "900000011"}
        for stage in mild.stages:
            stage(team)
        expect(team.chair.page.locator("[aria-current=step]")).to_contain_text("Closed")
