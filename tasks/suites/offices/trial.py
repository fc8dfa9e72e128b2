"""One way on trial: the letter that it is handed, and every value that it must keep to itself."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from states.correspondence.letter import Enclosed, Letter
from states.errors import StepFailed
from states.vocabulary.leaving import Disclosed, ReferralKind
from states.vocabulary.people import IdentifierKind
from tasks.offices.contract import Answers, Post, Reply, Way
from tasks.offices.sending import hand_over, least
from tasks.suites import trial as trials
from tasks.suites.trial import INVENTED, NOW, NotTried, Trial, Watched, long_enough

T = TypeVar("T")

#: what a letter of a trial says, which no text holds by accident
SAID = {part: f"Zq7-{part}-Zq7" for part in ("recommendation", "observation", "link", "enclosed")}

#: how the invented subject is reached
CONTACT = {IdentifierKind.EMAIL: INVENTED[IdentifierKind.EMAIL]}

#: each part of a letter that tells of somebody, and what of a way's `tells` lets it be read
TELLING: Mapping[str, Disclosed] = {
    "subject": Disclosed.IDENTIFIERS,
    "recommendation": Disclosed.RECOMMENDATION,
    "observations": Disclosed.OBSERVATION,
}


class MemoryPost:
    """The team's own mail as a trial has it: keeps what it is given, and may be away."""

    def __init__(self) -> None:
        #: every letter so far, oldest first
        self.letters: list[Letter] = []
        #: whether it is away
        self.away = False

    async def deliver(self, letter: Letter) -> None:
        """Keep a letter; see :class:`tasks.offices.contract.Post`."""
        if self.away:
            raise StepFailed("channel_unavailable")
        for part in ("subject", "recommendation"):
            # What the mail tells, of whatever it is given.
            getattr(letter, part)
        self.letters.append(letter)


#: what was read of a watched letter
_read: ContextVar[set[str] | None] = ContextVar("read", default=None)


class WatchedLetter(Letter):
    """A letter that remembers which of its parts somebody read, in :data:`_read`."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        seen = _read.get()
        if seen is not None:
            seen.add(name)
        return object.__getattribute__(self, name)


@dataclass(slots=True)
class OfficeTrial(Trial):
    """What a way is tried with.

    Args:
        subject: identifiers of whom its letters are about; empty: invented ones.
        kind: what its letters recommend.
        handbook: under which handbook.
        post: the team's own mail; one that keeps what it is given, unless something else is wanted.
        address: the office's mail address.
        in_reach: whether the office of the table is there, and takes letters.
    """

    subject: Mapping[IdentifierKind, str] = field(default_factory=dict, repr=False)
    kind: ReferralKind = ReferralKind.OTHER
    handbook: str = ""
    post: Post = field(default_factory=MemoryPost)
    address: str = "office@wnmu.example"
    in_reach: bool = True

    protocol: ClassVar[type[Any]] = Way
    one: ClassVar[str] = "office"
    written_down: ClassVar[str] = "tatflow.offices.Way"
    parts: ClassVar[str] = "kind, name, tells, needs, answers, send, status and check"
    option: ClassVar[str] = "--tat-office"

    def letter(
        self, way: Way, *, number: int = 0, known: Mapping[IdentifierKind, str] | None = None
    ) -> Letter:
        """A letter as the casebook writes it for a way: no more than it tells.

        Args:
            way: whom it is handed to.
            number: tells letters apart; two of one number are repetitions.
            known: what the subject is known by, instead of the trial's.
        """
        tells = way.tells
        subject = known or self.subject or INVENTED
        return Letter(
            referral_id=f"{number:032x}",
            idempotency_key=f"{number + 1:032x}",
            case_number="TAT-0000-0000",
            kind=self.kind,
            office=self.name,
            office_name="An office",
            address=self.address,
            institution="A university",
            phone="575-555-0100",
            handbook=self.handbook,
            written_at=NOW,
            answer_by=NOW + timedelta(days=3),
            recommendation=SAID["recommendation"] if Disclosed.RECOMMENDATION in tells else "",
            subject=subject if Disclosed.IDENTIFIERS in tells else {},
            contact={IdentifierKind.EMAIL: INVENTED[IdentifierKind.EMAIL]}
            if Disclosed.CONTACT in tells
            else {},
            observations=(SAID["observation"],) if Disclosed.OBSERVATION in tells else (),
            enclosed=(Enclosed("paper.pdf", "application/pdf", SAID["enclosed"].encode()),)
            if Disclosed.PROTECTIVE_ORDER in tells
            else (),
            link=f"https://team.example/{SAID['link']}" if way.answers is Answers.BY_LINK else "",
            answer_at=f"https://team.example/calls/{self.name}" if way.answers is Answers.BY_CALL else "",
        )

    def least(self, way: Way, letter: Letter) -> Letter:
        """A letter with the least of the subject that a way needs, as it is handed over.

        Raises:
            NotTried: that is not enough.
        """
        try:
            return replace(letter, subject=least(way.needs, letter.subject))
        except StepFailed:
            pass
        raise NotTried(
            "The subject lacks an identifier that it needs. Name it as `subject` under [contract]."
        )

    async def send(self, way: Way, letter: Letter) -> Reply:
        """Hand a letter over as a case does, through the one door.

        Raises:
            StepFailed: it was not handed over.
            Broken: it goes on although its time is up.
        """
        return await self.within(hand_over(way, letter, post=self.post, timeout=self.timeout))

    async def within(self, doing: Awaitable[T]) -> T:
        """Await what has a time limit of its own.

        Raises:
            Broken: it goes on although its time is up.
        """
        running = asyncio.ensure_future(doing)
        await self.end(running, self.timeout + trials.PATIENCE)
        return running.result()

    def watched(self, way: Way) -> tuple[Letter, Watched]:
        """A letter that remembers what is read of it (see :class:`reading`), and its subject."""
        given = self.least(way, self.letter(way))
        subject = Watched(given.subject)
        letter = object.__new__(WatchedLetter)
        for name in Letter.__slots__:
            object.__setattr__(letter, name, subject if name == "subject" else getattr(given, name))
        return letter, subject

    def need_reach(self) -> None:
        """Say that a rule cannot be tried where the office is not there.

        Raises:
            NotTried: it is not.
        """
        if not self.in_reach:
            raise NotTried(
                f"No office is known that takes letters. Name one in the file of {self.option}-config."
            )

    def private(self, tickets: set[str]) -> set[str]:
        """Every value that may show nowhere: of subject and letter, tickets, and the table's secrets."""
        return long_enough(
            {*self.subject.values(), *INVENTED.values(), *SAID.values(), *self.secrets(), *tickets}
        )


class reading:  # noqa: N801 - reads as the block that it is
    """What is read of watched letters within a block, by the names of a letter's parts."""

    def __enter__(self) -> set[str]:
        self._seen: set[str] = set()
        self._token = _read.set(self._seen)
        return self._seen

    def __exit__(self, *_: object) -> None:
        _read.reset(self._token)
