"""Whether the API keeps to its document under many made-up calls: ``python -m bench api``."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from console.http.connections import SERVER
from console.web.app import application
from states.casebook import Casebook
from states.casebook.accounts import tokens
from states.settings import Settings
from states.store.migrating import migrate
from states.vault import make_key_file
from states.vocabulary.programs import Scope
from tasks.desk import Desk
from tasks.doors.registry import Doors
from tasks.sources.registry import Sources
from tests.cases.walking import Walk
from tests.console.api.made_up import send_what_fits_and_what_does_not
from tests.servers.serving import serving

#: calls of each kind that are made up
OF_EACH = 100


def main() -> None:
    """Send them; whatever is not as the document says ends it with what was sent."""
    with TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        make_key_file(settings.key_file)
        migrate(settings.casebook_url)
        book = Casebook.open(settings)
        walk = Walk(book)
        walk.reintegrating()
        scopes = [Scope.READ, Scope.WRITE, Scope.REPORT, Scope.TEAM]
        made = tokens.make(book, "bench", by=walk.chair, scopes=scopes, lasts=timedelta(days=1))
        with serving(application(Desk(settings, book, Sources(), Doors())), **SERVER) as url:
            head = {"Authorization": f"Bearer {made.secret}"}
            with httpx.Client(base_url=f"{url}/api", headers=head) as client:
                sent = send_what_fits_and_what_does_not(client, of_each=OF_EACH)
        book.close()
    print(f"{sent} made-up calls, each answered as the document says; none without a token.")
