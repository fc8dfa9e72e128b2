"""Opens what links show, as whoever got the code does, whichever way it went."""

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import codes, links


def code_for(book: Casebook, secret: str, purpose: str) -> str:
    """A code for a link, as its holder is sent it."""
    with book.store.write() as connection:
        link = links.find(book, connection, secret, purpose)
        page = book.turn_to(connection, link.case_id, SYSTEM)
        code = codes.make(book, page, link.id, via="mail")
        page.finish()
    return code.digits


def opener_of(book: Casebook, secret: str, purpose: str) -> str:
    """What a browser keeps of a link once its code was typed."""
    digits = code_for(book, secret, purpose)
    with book.store.write() as connection:
        link = links.find(book, connection, secret, purpose)
        page = book.turn_to(connection, link.case_id, SYSTEM)
        opener = codes.enter(book, page, link.id, digits)
        page.finish()
    return opener
