"""Look-ups: what is asked of which source, what came back, and how long it is kept."""
