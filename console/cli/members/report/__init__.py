"""`tat report`, `tat assess`, `tat intake`: what comes in, and whom it is about."""
