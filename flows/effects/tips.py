"""What tip lines hear: that their tips were taken up, and nothing else (M-01)."""

from states.casebook.effects.work import Work
from states.casebook.intake import tips
from states.store.threads import told
from tasks.desk import Desk
from tasks.steps.answering import answer_tip


async def answer_tip_line(desk: Desk, work: Work) -> None:
    """Tell tip lines that their tips were taken up."""
    for tip in await told(tips.to_answer, desk.book, work):
        await answer_tip(desk, work, tip)
