"""`tat plan`, `tat meeting`: what the team does about a case."""
