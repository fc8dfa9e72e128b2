"""Every field of what people write has a class, which says who sees it."""

from states.casebook.reading import whole_case
from states.contents.classes import CLASSES, NOT_OF_A_CASE, FieldClass, class_of
from states.contents.kept import KEPT
from states.tables import table_of
from states.withholding import SEES


def test_each_field_of_each_content_has_a_class() -> None:
    """A new field is shown to nobody until somebody has said who may see it."""
    of_cases = {
        kind.table: set(kind.content.model_fields) for kind in KEPT if kind.table not in NOT_OF_A_CASE
    }
    assert {table: set(said) for table, said in CLASSES.items()} == of_cases
    opened = {str(m.__tablename__) for m in whole_case.RECORDS if "content" in table_of(m).c}
    assert opened <= set(CLASSES)
    assert class_of("reports", "never_heard_of", {}) is None
    assert set(SEES) == set(FieldClass)
