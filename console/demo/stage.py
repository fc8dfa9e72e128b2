"""The demo's stage: says what happens as it happens, and waits until Prefect has done what a case owes."""

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from states.access import SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.alarms import answers
from states.casebook.effects import listing
from states.casebook.effects.listing import EffectLine
from states.casebook.inquiry import assessing, triage
from states.casebook.plan import meetings
from states.casebook.reading import whole_case
from states.casebook.triggers import acting
from states.contents.closing import TakeOverContent
from states.contents.inquiry import AssessmentContent, Factor
from states.contents.plans import MinutesContent
from states.errors import NotReady, TransitionRefused
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectStatus

#: seconds that a case's effects may take before the demo says that something is wrong
PATIENCE = 600.0

#: seconds between two looks at the outbox
LOOK = 0.1

#: seconds without news after which the demo says what it waits for
QUIET = 8.0


class Stage:
    """One demo: who acts, on which casebook, and where it is told.

    Args:
        book: the casebook.
        console: where it is told.
        people: the team, by id.
        alive: raises when the services behind the demo have ended.
    """

    def __init__(
        self, book: Casebook, console: Console, people: Mapping[str, Actor], alive: Callable[[], None]
    ) -> None:
        self.book = book
        self.console = console
        self.people = people
        self._alive = alive
        #: the states that each case went through, in order
        self.ways: dict[str, list[str]] = {}
        self._told: set[tuple[str, str]] = set()

    @property
    def chair(self) -> Actor:
        """The chair of the team."""
        return self.people["m-chair"]

    @property
    def police(self) -> Actor:
        """The police designee, who often is the second member."""
        return self.people["m-police"]

    def title(self, text: str) -> None:
        """Begin a case."""
        self.console.print()
        self.console.rule(f"[bold]{text}", align="left")

    def say(self, number: str, text: str) -> None:
        """Tell one thing that happened; the text may carry Rich's markup."""
        clock = f"{datetime.now().astimezone():%H:%M:%S}"
        self._row(Text(clock, style="dim"), Text(number, style="cyan"), Text.from_markup(text))

    def detail(self, mark: str, text: str) -> None:
        """Tell more about the last thing that happened, below it."""
        inner = Table.grid(padding=(0, 1))
        inner.add_row(Text.from_markup(mark), Text.from_markup(text))
        self._row(Text(""), Text(""), inner)

    def _row(self, clock: Text, number: Text, what: RenderableType) -> None:
        # A grid, so that what is longer than the line goes on below where it began.
        grid = Table.grid(padding=(0, 2))
        grid.add_column(width=8)
        grid.add_column(width=13, no_wrap=True)
        grid.add_column()
        grid.add_row(clock, number, what)
        self.console.print(grid)

    def act(self, number: str, trigger: str, *, by: Actor | None = None, **given: str) -> None:
        """Fire a trigger, tell it, and wait until everything that it owes is done."""
        decision = acting.act(self.book, number, trigger, by=by or self.chair, given=given)
        way = self.ways.setdefault(number, [decision.source])
        stays = decision.target is decision.source
        where = f"stays in {decision.target}" if stays else f"{decision.source} → {decision.target}"
        way.append(f"{trigger}ed" if stays else decision.target)
        self.say(number, f"[bold magenta]{trigger}[/]  [bold]{where}[/]")
        self.detail("[dim]owes[/]", f"[dim]{', '.join(decision.effects) or 'nothing'}[/]")
        self.settle(number)

    def settle(self, number: str) -> None:
        """Wait until every effect of a case is done by its Prefect flow.

        Raises:
            NotReady: one is stuck, or they take too long.
        """
        began = heard = time.monotonic()
        while True:
            lines = listing.effects(self.book, by=SYSTEM, number=number)
            for line in reversed(lines):
                news = _news(line)
                if news and (line.effect_id, news) not in self._told:
                    self._told.add((line.effect_id, news))
                    self.detail("[green]✓[/]" if line.status == EffectStatus.DONE else "[yellow]…[/]", news)
                    heard = time.monotonic()
            # A call that is due only if nobody takes over is not waited for.
            now = self.book.clock()
            owed = [line for line in lines if line.status != EffectStatus.DONE]
            open_lines = [line for line in owed if line.due_at <= now or line.status == EffectStatus.CLAIMED]
            if not open_lines:
                return
            _give_up_if_lost(number, open_lines, waited=time.monotonic() - began)
            if time.monotonic() - heard > QUIET:
                heard = time.monotonic()
                waiting = ", ".join(line.kind for line in open_lines)
                self.detail("[yellow]…[/]", f"waiting for Prefect to carry out {waiting}")
            self._alive()
            time.sleep(LOOK)

    def refused(self, number: str, trigger: str) -> None:
        """Try a trigger too early, and show what the guard explainer says."""
        try:
            acting.act(self.book, number, trigger, by=self.chair)
        except TransitionRefused as refusal:
            self.say(number, f"[bold magenta]{trigger}[/]  [red]not yet:[/]")
            for missing in refusal.missing:
                self.detail("[red]✗[/]", f"{missing.sentence} [dim]({missing.who}; {missing.clause})[/]")

    def screen(self, number: str, level: Level, because: str) -> str:
        """Screen a report."""
        screening = triage.screen(self.book, number, by=self.police, level=level, because=because)
        self.say(number, f"screened [bold]{level}[/bold]: {because}")
        self.settle(number)
        return screening

    def take_over(self, number: str) -> None:
        """Have University Police say that they took the alarm over; nobody else is called then."""
        officer = TakeOverContent(who="Invented Officer", agency="WNMU University Police")
        answers.by_team(self.book, number, officer, by=self.police)
        self.say(number, "University Police have taken the alarm over: nobody else is called")
        self.settle(number)

    def assign(self, number: str, offices: Collection[str]) -> None:
        """Assign the chair as lead, and offices."""
        triage.assign(self.book, number, by=self.chair, lead="m-chair", offices=offices)
        self.say(number, f"assigned to {', '.join(offices).replace('_', ' ')}")

    def meet(self, number: str) -> None:
        """Hold the meeting that was called."""
        called = [m for m in self.records(number)["meetings"] if not (m["held_at"] or m["cancelled_at"])]
        for meeting in called:
            content = MinutesContent(
                present=("m-chair", "m-police", "m-health"),
                minutes="Went through the report and what is known.",
            )
            if meeting["scheduled_at"] > self.book.clock():
                sooner = "All could come at once."
                now = self.book.clock()
                meetings.move(self.book, number, meeting["id"], by=self.chair, at=now, because=sooner)
                self.settle(number)
            quorate = meetings.hold(self.book, number, meeting["id"], content, by=self.chair)
            self.say(number, f"{meeting['kind']} meeting held, {'with' if quorate else 'without'} a quorum")

    def assess(self, number: str, level: Level, why: str, *, lowering: str = "") -> None:
        """File an assessment; lowering the level gets a second member's agreement."""
        criterion = self.book.pack.levels[level].criteria[0].id
        content = AssessmentContent(
            level=level,
            criteria=(criterion,),
            factors=(Factor.read({"kind": "dynamic", "text": why}),),
            rationale=why,
            threat_of_violence=level not in (Level.MILD, Level.NONE),
            significant_disruption=level not in (Level.MILD, Level.NONE),
            participants=("m-chair", "m-police", "m-health"),
            reason_for_lowering=lowering,
        )
        assessment = assessing.file_assessment(self.book, number, content, by=self.chair)
        self.say(number, f"assessment filed: [bold]{level}[/bold]: {why}")
        if lowering:
            assessing.concur(self.book, number, by=self.police, about=assessment)
            self.say(number, "a second member agrees to lower the level")
        for member in ("m-police", "m-health"):
            assessing.confirm(self.book, number, assessment, by=self.people[member])
        self.say(number, "those who took part confirm it")

    def records(self, number: str) -> dict[str, Any]:
        """Open the case, as the chair."""
        return whole_case.dossier(self.book, number, by=self.chair)

    def ahead(self, days: int) -> datetime:
        """A moment some days ahead."""
        return self.book.clock() + timedelta(days=days)


def _news(line: EffectLine) -> str:
    """What there is to tell of an effect: that it is done, or why it is tried again; else nothing."""
    if line.status == EffectStatus.DONE:
        # The alarm lane waits for no Prefect, which is shown afterwards what was done.
        by = f"flow run {line.flow_run_id[:8]}" if line.flow_run_id else "by the alarm lane, ahead of Prefect"
        return "" if line.code else f"{line.kind}  [dim]{by}[/]"
    if line.code:
        return f"{line.kind} failed ({line.code}) in attempt {line.attempt} and is tried again"
    return ""


def _give_up_if_lost(number: str, lines: Collection[EffectLine], *, waited: float) -> None:
    stuck = [f"{line.kind} ({line.code})" for line in lines if line.status == EffectStatus.STUCK]
    if stuck or waited > PATIENCE:
        why = f"is stuck: {', '.join(stuck)}" if stuck else f"was not done within {PATIENCE:.0f} seconds"
        message = f"{number}: what it owes {why}. `tat effects list` shows it; the case is kept."
        raise NotReady(message)
