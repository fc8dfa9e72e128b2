"""The console as one application: the doors of the reception, and the pages of the team."""

from dataclasses import replace
from http import HTTPStatus

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException

from console.api.app import api
from console.api.document import ROOT
from console.http.limits import Limits
from console.reception.app import reception
from console.web import pages
from console.web.admin import health, instruments, messages, next_version, policy, queries, start
from console.web.cases import events, glass, page, stepping
from console.web.coming_in import (
    account,
    administering,
    passkeys,
    passwords,
    provider,
    reaching,
    signing_in,
    tokens,
)
from console.web.files import listing as files_listing
from console.web.files import opening as files_opening
from console.web.learning import semesters, trends
from console.web.leaving import erasing, handing_out
from console.web.limiting import LINKS, within
from console.web.links import alarms, board, endings, meetings, offices, raising, recommendations
from console.web.meetings import listing as meetings_listing
from console.web.meetings import semester as semester_meeting
from console.web.meetings import semester_sitting, sitting
from console.web.overviews import auditing, disclosing, listing, runs, searching, staying, work
from console.web.report import conversation, imports, kept, paper, returning, steps, taken
from console.web.report import files as report_files
from console.web.team import agreements, changes, correcting, duty, enrolling, first, rooms, training
from console.web.team import offices as team_offices
from console.web.theirs import actions, check_ins, reviews, semester, texts
from console.web.uploads import STREAMS
from tasks.desk import Desk
from tasks.plugged import Plugged


def application(desk: Desk, limits: Limits | None = None, plugged: Plugged | None = None) -> FastAPI:
    """Make the application.

    Args:
        desk: the open casebook, the settings and the sources that doors work with.
        limits: what requests may take; None: the usual.
        plugged: watches the files of sources, offices and doors; None: they stay as they are at the desk.
    """
    limits = replace(limits or Limits(), streams=STREAMS)
    app = reception(desk, limits, plugged, pages.later)
    for routes in (
        returning.routes,
        steps.routes,
        trends.routes,
        semesters.routes,
        paper.routes,
        taken.routes,
        imports.routes,
        kept.routes,
        alarms.routes,
        board.routes,
        raising.routes,
        check_ins.routes,
        texts.routes,
        semester.routes,
        reviews.routes,
        conversation.routes,
        signing_in.routes,
        account.routes,
        passkeys.routes,
        passwords.routes,
        reaching.routes,
        tokens.routes,
        administering.routes,
        enrolling.routes,
        first.routes,
        start.routes,
        health.routes,
        next_version.routes,
        instruments.routes,
        policy.routes,
        rooms.routes,
        training.routes,
        changes.routes,
        agreements.routes,
        correcting.routes,
        messages.routes,
        queries.routes,
        duty.routes,
        team_offices.routes,
        provider.routes,
        listing.routes,
        disclosing.routes,
        page.routes,
        stepping.routes,
        glass.routes,
        handing_out.routes,
        erasing.routes,
        files_listing.routes,
        meetings_listing.routes,
        sitting.routes,
        semester_meeting.routes,
        semester_sitting.routes,
        report_files.routes,
        files_opening.routes,
        events.routes,
        work.routes,
        searching.routes,
        auditing.routes,
        staying.routes,
        runs.routes,
        pages.style,
    ):
        app.include_router(routes)
    for routes in (actions.routes, meetings.routes, endings.routes, offices.routes, recommendations.routes):
        app.include_router(routes, dependencies=[Depends(within("links", LINKS))])
    app.mount(ROOT, api(lambda: app.state.desk))
    app.add_exception_handler(404, _not_there)
    for status in (405, 415):
        app.add_exception_handler(status, _refused)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    """What cannot be sent to an address is answered to people in a page, and to programs as before."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is the handler of
    if "text/html" not in request.headers.get("accept", ""):
        return await http_exception_handler(request, error)
    response = pages.later(pages.desk_of(request), HTTPStatus(error.status_code), request.scope)
    response.headers.update(error.headers or {})
    return response


async def _not_there(request: Request, error: Exception) -> Response:
    """An address that is none is answered to people as what they may not see is; to programs as before."""
    if isinstance(error, HTTPException) and "text/html" not in request.headers.get("accept", ""):
        return await http_exception_handler(request, error)
    return pages.not_there(request)
