"""A referral's letter: its words, its typefaces, and the page they are set on."""
