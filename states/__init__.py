"""The case process itself: what a case is, what may happen to it, and the only code that writes it down."""
