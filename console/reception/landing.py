"""Where links of members' messages lead while cases are opened at the team's terminal: says how."""

import re

from fastapi import APIRouter, Request, Response

from console.reception.pages import dead_link, page, team
from tasks.desk import Desk

router = APIRouter()

_NUMBER = re.compile(r"TAT-[0-9]{4}-[0-9]{4,9}")


@router.get("/")
async def show_start(request: Request) -> Response:
    """Say whose system this is, and how members use it."""
    desk: Desk = request.app.state.desk
    return page("at_the_terminal", team(desk) | {"title": "For members of the team", "number": ""})


@router.get("/cases/{number}")
async def show_case(request: Request, number: str) -> Response:
    """Say how the case is opened; whether there is such a case is not told."""
    desk: Desk = request.app.state.desk
    if not _NUMBER.fullmatch(number):
        return dead_link(desk)
    return page("at_the_terminal", team(desk) | {"title": f"Case {number}", "number": number})
