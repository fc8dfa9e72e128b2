"""What leaves a case as a whole, and what ends its record."""
