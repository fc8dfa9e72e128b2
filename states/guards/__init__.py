"""The guards of the process table, by the part of the process that they hold up.

A guard returns None when it holds, and else the sentence that the guard explainer shows. It declares which
sections of the case file it needs, so that they are loaded beforehand: guards do no input or output. A new
one is a function in one of these modules; the process table names it.
"""

from states.guards import closing, inquiry, levels, plans
from states.guards.guard import CONDITIONS, GUARDS, Condition, Guard

__all__ = ["CONDITIONS", "GUARDS", "Condition", "Guard", "closing", "inquiry", "levels", "plans"]
