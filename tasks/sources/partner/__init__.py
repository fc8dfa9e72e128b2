"""Records from law-enforcement partners, who may answer later."""
