"""My work: what needs me now, and why."""

from collections import Counter
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from console.shown.case.glance import SHAPES
from console.shown.work.kinds import Matters
from console.shown.work.matters import MOST, Matter, counted, first_of_all, matters
from console.web.cases.steps.every import STEPS
from console.web.cases.steps.step import Step
from console.web.overviews.narrowing import address, choices, chosen
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor
from states.store.threads import told

routes = router()

#: how many matters a page shows
ON_A_PAGE = 50

#: behind how many matters a page begins
Behind = Annotated[int, Query(ge=0, le=10_000)]


@routes.get("/")
async def show(request: Request, visitor: SignedIn, kind: str = "", behind: Behind = 0) -> Response:
    """Show what needs me now, most urgent first; what it is narrowed by stands in the address."""
    book = desk_of(request).book
    narrowed = chosen(request.query_params, book.pack, visitor.actor)
    about = Matters(kind) if kind in list(Matters) else None
    found = await told(matters, book, visitor.actor, narrowed, about)
    sites, levels, kinds = counted(found)
    here = address(narrowed) | ({"kind": about} if about else {})

    def narrower(**more: str) -> str:
        said = urlencode(here | more)
        return f"/?{said}" if said else "/"

    names = {code: site.name for code, site in book.pack.sites.items()}
    values = {
        "title": "My work",
        "matters": found[behind : behind + ON_A_PAGE],
        "how_many": len(found),
        "of_each": Counter(each.pressing for each in found),
        "more_urgent": narrower(**_behind(behind - ON_A_PAGE)) if behind else "",
        "less_urgent": narrower(**_behind(behind + ON_A_PAGE)) if len(found) > behind + ON_A_PAGE else "",
        "takes_in": not visitor.actor.roles.isdisjoint(MAY[Act.TAKE_IN]),
        "ways": partial(_ways, visitor.actor),
        "most": MOST,
        "about": about,
        "kinds": [(each, each.capitalize()) for each in Matters],
        "site_names": names,
        "shapes": SHAPES,
        "counts": [
            ("By site", [(names[code], count, narrower(site=code)) for code, count in sites.items()]),
            (
                "By level",
                [(f"{SHAPES[each]} {each}", count, narrower(level=each)) for each, count in levels.items()],
            ),
            ("By kind", [(each.capitalize(), count, narrower(kind=each)) for each, count in kinds.items()]),
        ],
        "first_of_all": first_of_all(visitor.actor),
        **choices(narrowed, book.pack),
    }
    return page(request, "overviews/work", values, visitor=visitor)


def _behind(count: int) -> dict[str, str]:
    return {"behind": str(count)} if count > 0 else {}


def _ways(by: Actor, matter: Matter) -> list[tuple[str, Step]]:
    """The pages that clear a matter, for whoever may: address and step of each."""
    steps = [STEPS[name] for name in matter.ways] if matter.number else []
    about = f"?about={matter.record}" if matter.record else ""
    return [
        (f"/cases/{matter.number}/steps/{step.name}{about}", step)
        for step in steps
        if step.act is None or not by.roles.isdisjoint(MAY[step.act])
    ]
