"""Whether a door could take something in, as far as that shows without a report."""

import os

from states.errors import StepFailed
from states.store.threads import at_place
from tasks.doors.registry import Door, WebhookDoor
from tasks.far.codes import advice


async def problem_of(door: Door) -> str:
    """Why a door could take nothing in, or answer nothing, as a sentence; empty: it could.

    Args:
        door: the door.
    """
    if isinstance(door, WebhookDoor):
        try:
            if door.private_key is not None:
                await door.private_key.reveal()
        except StepFailed as failure:
            return f"It can take reports in, and answer none. {advice(failure.code)}"
        return ""
    if not await at_place(door.folder.is_dir):
        return "Its folder is not there. Make it, or correct the door's table."
    if not await at_place(os.access, door.folder, os.R_OK | os.W_OK | os.X_OK):
        return "Its folder may not be read or written by tatflow. Give it the right."
    return ""
