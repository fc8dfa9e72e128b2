"""What cases owe the world: claimed, worked on, ended; and the proofs that somebody may tell of it."""
