"""What is on screen, made once: titles and pairs, tables, sentences; a case whole, whom to phone."""
