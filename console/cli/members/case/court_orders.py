"""`tat case protective-order|order-paper|end-order`: what a court ordered, copied to the police (W-42)."""

import os
from pathlib import Path
from typing import Annotated

import typer

from console.cli.members.case.cases import cases
from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, new_file, read_bytes, read_content
from console.cli.terminal.options import As, AsJson, File, Number, Reason
from console.cli.terminal.session import acting


@cases.command("protective-order")
def protective_order(
    number: Number,
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("protective_order")] = False,
) -> None:
    """Put a protective order on file; the police of each of its sites get a copy and acknowledge it."""
    from states.casebook.protecting import orders
    from states.contents.plans import ProtectiveOrderContent

    with acting(member) as (book, by):
        made = orders.file(book, number, read_content(ProtectiveOrderContent, file, book), by=by)
    answer(
        {"number": number, "order": made}, f"{number}: the order is on file ({made[:8]}).", as_json=as_json
    )


@cases.command("order-paper")
def order_paper(
    number: Number,
    order: Annotated[str, typer.Argument(metavar="ORDER_ID", help="The order; see `tat case show`.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF, PNG or JPEG.")],
    *,
    save: Annotated[bool, typer.Option("--save", help="Write what is on file into FILE instead.")] = False,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put the court's own paper of an order on file; the police of its sites get it. --save reads it."""
    from states.casebook.protecting import attachments

    with acting(member) as (book, by):
        record = record_id(book, number, order, by, "protective_orders")
        if save:
            with os.fdopen(new_file(file), "wb") as stream:
                stream.write(attachments.read(book, number, record, by=by).data)
        else:
            attachments.attach(book, number, record, read_bytes(str(file)), by=by)
    said = f"{number}: the paper was written to {file}." if save else f"{number}: the paper is on file."
    answer({"number": number, "order": record}, said, as_json=as_json)


@cases.command("end-order")
def end_order(
    number: Number,
    order: Annotated[str, typer.Argument(metavar="ORDER_ID", help="The order; see `tat case show`.")],
    reason: Reason,
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Say that a protective order holds no more; `correct` gives one that is renewed its new valid_until."""
    from states.casebook.protecting import orders

    with acting(member) as (book, by):
        record = record_id(book, number, order, by, "protective_orders")
        orders.end(book, number, record, by=by, because=reason)
    answer({"number": number, "order": record}, f"{number}: the order holds no more.", as_json=as_json)
