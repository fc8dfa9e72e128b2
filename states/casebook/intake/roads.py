"""The roads of reports that the plan gives a road of their own, such as domestic violence (W-54)."""

from states.casebook.page import Page
from states.contents.payloads import NOTIFY_TEAM, News
from states.contents.reports import ReportContent


def take_road(page: Page, content: ReportContent, report_id: str) -> None:
    """Owe the news of a report to the offices of its road, once the report is on record.

    A report is never refused for the road that it came by: one that came by another is told to those, too,
    who take such reports.

    Args:
        page: the case.
        content: the report.
        report_id: its id.

    Raises:
        BadInput: there is no office under the code in ``taken_by``.
    """
    if content.taken_by:
        page.pack.office(content.taken_by)
    endangered = set(content.endangered)
    roads = [
        road
        for road in page.pack.roads
        if road.behaviour in content.behaviours and (not endangered or endangered & set(road.endangered))
    ]
    told = {office for road in roads for office in road.tell}
    for road in roads:
        if content.taken_by not in road.taken_by:
            told |= set(road.taken_by)
    if not told:
        return
    offices = sorted(told)
    page.owe(NOTIFY_TEAM, News(trigger="domestic_violence", offices=tuple(offices)))
    page.log("told_by_its_road", report=report_id, taken_by=content.taken_by, offices=offices)
