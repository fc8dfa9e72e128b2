"""What tests of the review's findings work with: the fixtures of the case process."""

from tests.states.conftest import (
    at_stage,
    master_key,
    opening,
    pack,
    postgres_book,
    postgres_template,
    prepare,
    quick_book,
    sqlite_template,
    staged,
    walk,
    watch,
)

__all__ = [
    "at_stage",
    "master_key",
    "opening",
    "pack",
    "postgres_book",
    "postgres_template",
    "prepare",
    "quick_book",
    "sqlite_template",
    "staged",
    "walk",
    "watch",
]
