"""Records from OneRoster's CSV bundles, which a registrar's system drops into a folder."""
