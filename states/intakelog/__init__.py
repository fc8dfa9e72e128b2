"""A police log as a bulk report: reading it, dating it and sorting it, without keeping anything.

* :mod:`states.intakelog.opening` finds out how a file is written: a format that ships (``logs/``), one of the
  installation's own, or a guess (:mod:`states.intakelog.guessing`) by the words in ``words/``;
* :mod:`states.intakelog.reading` takes the file apart into rows of cells, and accounts for every byte of it;
* :mod:`states.intakelog.rows` says what each row is, and :mod:`states.intakelog.identity` which are the same;
* :mod:`states.intakelog.dates` reads when a row happened, as an interval with a precision;
* :mod:`states.policy.intake_rules` says which rows are reports of concern, by rules of the policy pack.

Nothing here touches a database: whoever imports a log stores what these give.
"""
