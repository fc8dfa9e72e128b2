"""The inquiry: screening, assessing, and who the case is about."""
