"""The databases that tests ask for are what they promise."""

from sqlalchemy import create_engine, inspect, text


def test_a_database_is_empty_and_takes_tables(database_url: str) -> None:
    """Every test starts from nothing, on each kind of server."""
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (id INTEGER PRIMARY KEY)"))
    assert inspect(engine).get_table_names() == ["kept"]
    engine.dispose()
