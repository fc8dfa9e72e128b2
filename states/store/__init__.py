"""What the rows lie in: the engine, statements made ready, the schema and the way up to it, hindrances."""
