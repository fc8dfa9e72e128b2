"""Steps that people take in a case from its pages, by what they are about."""
