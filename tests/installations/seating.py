"""Where a test's flows and steps are done: at one desk, in whose place a test may put another."""

from tasks.desk import Desk


class Seat:
    """The desk that is worked at now.

    Args:
        desk: the first one.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def take(self, desk: Desk) -> Desk:
        """Work at another desk from now on; returns it."""
        self.desk = desk
        return desk
