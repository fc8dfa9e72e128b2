"""Reports in their right case, cases made one, entries set right."""
