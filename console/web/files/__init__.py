"""Files of a case: listed, added, opened, shown beside our own page, withdrawn (W-18, P-08)."""
