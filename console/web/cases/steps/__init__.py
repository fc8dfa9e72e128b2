"""Every step that somebody takes in a case from its pages, by what it is for."""
