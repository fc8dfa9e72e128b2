"""Who somebody is: names in any script and order, identifiers, and how alike two people's are.

Nothing here reads or writes a case. :mod:`states.casebook.persons` keeps the index by these rules,
:mod:`states.casebook.joining` suggests with them, :mod:`states.casebook.searching` finds with them.
"""
