"""The form on paper: the same fields, to be printed and filled in by hand."""

from fastapi import Request, Response

from console.web.languages import N_
from console.web.pages import OpenRoute, router
from console.web.report.showing import public

routes = router(OpenRoute)


@routes.get("/report/paper")
async def show(request: Request) -> Response:
    """Show the form as it is printed."""
    return public(request, "taken/paper", {"title": N_("Report of concern on paper")})
