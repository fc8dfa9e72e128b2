"""Where the messages of a case land: what each recipient reads and answers, and who they show to be."""
