"""The API is as its document says, whatever schemathesis makes up: a small dose of `bench api`."""

from tests.console.api.conftest import Programs
from tests.console.api.made_up import send_what_fits_and_what_does_not
from tests.console.web.conftest import Served


def test_whatever_is_sent_is_answered_as_the_document_says(served: Served, program: Programs) -> None:
    """No error of ours, nothing without a token; each answer of a status, type and shape that it names."""
    served.walk.reported()
    made = send_what_fits_and_what_does_not(program("chair"), of_each=1)
    assert made >= 100
