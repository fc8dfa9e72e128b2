"""Who cases are about: subjects, searching, cases of one person, units, relations."""
