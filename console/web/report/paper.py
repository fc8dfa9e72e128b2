"""What is printed: the form, to be filled in by hand, and the plan's examples of what to report."""

from fastapi import Request, Response

from console.web.languages import N_
from console.web.pages import OpenRoute, desk_of, router
from console.web.report.showing import public

routes = router(OpenRoute)


@routes.get("/report/paper")
async def show(request: Request) -> Response:
    """Show the form as it is printed."""
    return public(request, "taken/paper", {"title": N_("Report of concern on paper")})


@routes.get("/report/examples")
async def show_examples(request: Request) -> Response:
    """Show what to report, and how (W-49, W-52)."""
    values = {"title": N_("What to report"), "report_at": f"{desk_of(request).settings.base_url}/report"}
    return public(request, "learning/what_to_report", values)
