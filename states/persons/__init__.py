"""Who somebody is: names in any script and order, identifiers, and how alike two people's are.

Nothing here reads or writes a case. :mod:`states.casebook.persons` keeps the index by these rules,
its :mod:`~states.casebook.persons.joining` and :mod:`~states.casebook.persons.searching` go by them, too.
"""
