"""A police log as a bulk report: reading it, dating it and sorting it, without keeping anything.

* :mod:`states.intakelog.rows` takes the file apart, row by row, and accounts for every byte of it;
* :mod:`states.intakelog.dates` reads when a row happened, as an interval with a precision;
* :mod:`states.intakelog.rules` says which rows are reports of concern, by rules of the policy pack.

Nothing here touches a database: whoever imports a log stores what these give.
"""
