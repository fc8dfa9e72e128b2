"""The pages that people outside see: offices, reporters, and whoever is called to an emergency."""

from http import HTTPStatus
from pathlib import Path

from fastapi.responses import HTMLResponse

from console.http.pages import Pages
from tasks.desk import Desk

page = Pages(Path(__file__).parent / "templates").page


def dead_link(desk: Desk) -> HTMLResponse:
    """The one page for every link that does not work: it says nothing of why."""
    return page("dead_link", team(desk) | {"title": "This link does not work"}, HTTPStatus.NOT_FOUND)


def later(desk: Desk, status: HTTPStatus) -> HTMLResponse:
    """The page that people see when there is no answer now."""
    values = team(desk) | {"title": "Please try again, and phone meanwhile"}
    return page("later", values, status)


def team(desk: Desk) -> dict[str, object]:
    """What every page says of the team."""
    pack = desk.book.pack
    return {"institution": pack.institution, "phone": pack.duty_line}
