"""Run in a process of its own, with a plugin as folder, as wheel or away: say what there is, as JSON.

    python looking.py <address of a database> <data folder> <plugin> <id of its writer> <id of somebody else> [do]

`do` is `write` (two entries by the form, of which the last is shared) or, afterwards, `erase` (the first of them).
"""

from __future__ import annotations

import json
import re
import sys
import uuid
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from portfolio import migrate
from portfolio.app import App, create_app
from portfolio.db import Database, new_id
from portfolio.entries.models import Entry
from portfolio.people.models import Person
from portfolio.settings import Settings
from portfolio.testing import portfolio_of, post, sign_in
from portfolio.testing_typing import example_form

ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def look(app: App, plugin: str, writer: Person, other: Person) -> dict[str, Any]:
    """What the two of them see of the plugin, without what differs from run to run."""
    mine, theirs = (sign_in(app.test_client(), person) for person in (writer, other))
    with app.database.read() as session:
        entries = list(session.scalars(select(Entry).where(Entry.plugin == plugin).order_by(Entry.created_at)))
        tables = sorted(name for name in inspect(session.connection()).get_table_names() if plugin in name)
        homes = [portfolio_of(session, person).id for person in (writer, other)]
    pages = [f"/p/{entry.portfolio_id}/{plugin}/{entry.id}/" for entry in entries]
    rules = own_rules(app, plugin)
    overview = mine.get("/").text
    with post(mine, "/account/take-along") as answer, zipfile.ZipFile(BytesIO(answer.get_data())) as archive:
        taken = json.loads(archive.read("portfolio.json"))["portfolio"]["entries"]
    return {  # the others first: who has opened it is called by name from then on
        "others": [theirs.get(page).status_code for page in pages],
        "kinds": [kind.name for kind in app.registry.kinds_of(plugin)],
        "tables": tables,
        "menu": re.findall(rf'href="/p/[^"]+/{plugin}/"[^>]*>.*?<span>(.*?)</span>', overview)[:1],
        "on the overview": [entry.title for entry in entries if entry.title in overview],
        "list": [mine.get(f"/p/{homes[0]}/{plugin}/").status_code, theirs.get(f"/p/{homes[1]}/{plugin}/").status_code],
        "pages": [mine.get(page).status_code for page in pages],
        "words": [words(mine.get(page).text) for page in pages],
        "own pages": {rule: shown(mine, rule, homes[0]) for rule in rules},
        "off": [shown(theirs, rule, homes[1])[0] for rule in rules],
        "taken along": sum(entry["kind"] in {entry.kind for entry in entries} for entry in taken),
    }


def own_rules(app: App, plugin: str) -> list[str]:
    return sorted(
        rule.rule for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] == plugin and rule.arguments == {"portfolio"} and "GET" in rule.methods
    )  # fmt: skip


def shown(client: Any, rule: str, home: uuid.UUID) -> list[Any]:
    answer = client.get(rule.replace("<uuid:portfolio>", str(home)))
    return [answer.status_code, words(answer.text)]


def words(html: str) -> list[str]:
    """The words of a page's main part."""
    main = html.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return ID.sub("*", re.sub(r"<[^>]*>", " ", main)).split()


def main(url: str, data: str, plugin: str, writer_id: str, other_id: str, do: str = "") -> None:
    database = Database(url)
    app = create_app(Settings(data=Path(data), database_url=url, secret_key="0" * 40, testing=True), database=database)
    migrate.upgrade(database, migrate.lines(app.registry.folders))
    with database.read() as session:
        writer, other = (session.get_one(Person, uuid.UUID(one)) for one in (writer_id, other_id))
        home = portfolio_of(session, writer).id
    client = sign_in(app.test_client(), writer)
    if do == "write":
        for kind in app.registry.kinds_of(plugin) * 2:
            typed = example_form(kind) | {"place": new_id().hex}  # the same words twice are one entry
            kept = post(client, f"/p/{home}/{plugin}/new/{kind.name}", typed)
        with_other = {"target": "address", "address": str(other.email), "last_day": ""}
        assert post(client, f"{kept.location}shares", with_other).status_code == 303, "the last one"
    found = look(app, plugin, writer, other)
    if do == "erase":
        with database.read() as session:
            [first, *_rest] = session.scalars(select(Entry.id).where(Entry.plugin == plugin).order_by(Entry.created_at))
        binned = post(client, f"/p/{home}/{plugin}/{first}/delete")
        found["erased"] = [binned.status_code, post(client, f"/bin/{first}/erase").status_code]
    sys.stdout.write(json.dumps(found))
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
