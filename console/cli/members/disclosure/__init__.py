"""`tat disclosure`: what leaves a case."""
