"""Migrations make one chain, also when two people write one on the same day."""

from states.store import schema


def test_each_migration_follows_another_one() -> None:
    """No two have one number, and none is left out of the chain."""
    files = sorted(file.name.partition("_")[0] for file in (schema.MIGRATIONS / "versions").glob("*.py"))
    assert files == sorted(schema.chain())
