"""The end of a case: its disposition, who is told, who takes over, what is erased."""
