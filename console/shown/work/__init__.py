"""My work, as it is on screen: what needs somebody, and in which words."""
