"""Who acts in a case: who is on the roster, who is kept out, who stands in, whose name is private."""
