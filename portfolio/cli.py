"""The `portfolio` command. Each command imports what it needs, so that starting the server stays quick."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from portfolio.db import Database
    from portfolio.migrate import Line
    from portfolio.plugins import Registry


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A multi-year personal leadership portfolio for teachers."""


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _opened() -> tuple[Settings, Database, Registry, list[Line]]:
    from portfolio.db import Database
    from portfolio.migrate import lines
    from portfolio.plugins import load_registry

    settings = _settings()
    registry = load_registry(raising=False)
    return settings, Database(settings.database_url), registry, lines(registry.folders)


def _upgrade(database: Database, wanted: list[Line]) -> list[str]:
    from portfolio.migrate import MigrationError, upgrade

    try:
        return upgrade(database, wanted)
    except MigrationError as error:
        raise click.ClickException(f"Nothing was changed. {error}") from error


@main.command()
def setup() -> None:
    """Migrate, and print a one-time link that sets up the first school and its administrator."""
    from portfolio.people.setting_up import make_setup_link

    settings, database, _registry, wanted = _opened()
    _upgrade(database, wanted)
    with database.write() as session:
        link = make_setup_link(session, base_url=settings.base_url)
    click.echo("Open this link once to make the first school and its administrator. It works for one day:")
    click.echo(link)


@main.command()
def demo() -> None:
    """Migrate, and fill an empty database with the fictional demo world."""
    from portfolio.demo.loading import DemoError, fill_demo, has_people
    from portfolio.files import FolderStore

    settings, database, registry, wanted = _opened()
    _upgrade(database, wanted)
    if has_people(database):
        click.echo("The database has people in it already; nothing was added.")
        return
    try:
        fill_demo(database, settings, FolderStore(settings.files), registry)
    except DemoError as error:
        raise click.ClickException(str(error)) from error
    click.echo("The demo world is there.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="Requests at once in each.")
@click.option("--jobs/--no-jobs", default=True, help="Run a job worker beside the server (embedded).")
def serve(host: str, port: int, workers: int, threads: int, jobs: bool) -> None:
    """Serve the portfolio; the embedded job worker ends with it."""
    from granian import Granian
    from granian.constants import Interfaces

    from portfolio.exchange.printing import why_no_printer
    from portfolio.jobs.embedded import start_embedded, stop_embedded

    settings = _settings()
    _refuse_open_demo(settings, host)
    if why := why_no_printer():
        click.echo(f"Note: {why}.")
    worker = start_embedded(settings) if jobs else None
    try:
        Granian(
            "portfolio.wsgi:app",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=threads,
            log_access=False,
            websockets=False,
        ).serve()
    finally:
        if worker is not None:
            stop_embedded(worker)


def _refuse_open_demo(settings: Settings, host: str) -> None:
    from portfolio.db import Database
    from portfolio.demo_guard import is_demo_database, is_loopback

    if is_loopback(host):
        return
    database = Database(settings.database_url)
    is_demo = is_demo_database(database)
    database.close()
    if is_demo:
        raise click.ClickException(
            f"This is a demo, whose passwords everybody knows, so it isn't served on {host}. Leave --host out."
        )


@main.command()
def worker() -> None:
    """Run background jobs until told to stop; any number of workers may run."""
    from portfolio.jobs.loading import load_worker
    from portfolio.jobs.worker import run_worker

    run_worker(_settings(), load_worker)


@main.group()
def db() -> None:
    """The database's tables."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring every line of migrations, the core's and each plugin's, to its newest step."""
    _settings_, database, _registry, wanted = _opened()
    moved = _upgrade(database, wanted)
    click.echo(f"Migrated: {', '.join(moved)}." if moved else "Nothing to migrate.")


@db.command("check")
def db_check() -> None:
    """Say whether the tables are what the models say; exit 1 when not."""
    from portfolio.migrate import differences, is_current

    _settings_, database, _registry, wanted = _opened()
    names = [line.name for line in wanted]
    wrong = 0
    for line in wanted:
        if not is_current(database, line):
            click.echo(f"{line.name}: not at its newest step; run: portfolio db upgrade")
            wrong += 1
            continue
        for difference in differences(database, line, names):
            click.echo(f"{line.name}: {difference}")
            wrong += 1
    if wrong:
        sys.exit(1)
    click.echo("The tables are what the models say.")


@db.command("revision", hidden=True)
@click.argument("message")
@click.option("--plugin", default="core")
def db_revision(message: str, plugin: str) -> None:
    """For developers: write the next migration step from the difference between models and tables."""
    from portfolio.migrate import write_revision

    _settings_, database, _registry, wanted = _opened()
    line = next((line for line in wanted if line.name == plugin), None)
    if line is None:
        raise click.ClickException(f"{plugin} has no migrations folder")
    click.echo(write_revision(database, line, message, [line.name for line in wanted]))


@main.group()
def plugin() -> None:
    """Plugins."""


@plugin.command("list")
def plugin_list() -> None:
    """List sections and plugins with the kinds of entry they bring."""
    from portfolio.plugins import load_registry

    registry = load_registry(raising=False)
    for found in registry.plugins.values():
        kinds = ", ".join(kind.name for kind in registry.kinds_of(found.name)) or "-"
        click.echo(f"{found.name:<24}{'section' if found.section else 'plugin':<10}{kinds}")
    for name, error in registry.broken.items():
        click.echo(f"{name:<24}{'broken':<10}{error}")
    if registry.broken:
        sys.exit(1)


@plugin.command("new")
@click.argument("name")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="Where the folder goes.")
def plugin_new(name: str, into: Path | None) -> None:
    """Make the folder of a new plugin NAME: it works and passes the contract at once."""
    from portfolio.scaffolding import ScaffoldError, default_place, make_plugin

    try:
        folder = make_plugin(name, into or default_place())
    except ScaffoldError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Made {folder}. Its README.md says what is where, the plugin guide how to go on.")


@plugin.command("try")
@click.argument("name")
def plugin_try(name: str) -> None:
    """For authors: make the tables of plugin NAME and switch it on for everybody in the demo world."""
    from portfolio.trying import NoDemo, check_demo, switch_on_in_demo

    _settings_, database, registry, wanted = _opened()
    if name not in registry.list_switchable():
        raise click.ClickException(f"There is no plugin {name}. {registry.broken.get(name, '')}".strip())
    try:
        check_demo(database)  # before its tables are made: elsewhere a half-written plugin leaves nothing
        _upgrade(database, wanted)
        people = switch_on_in_demo(database, name)
    except NoDemo as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name} is on for: {', '.join(people)}.")


@plugin.command("hooks")
@click.option("--write", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Renew the list in a file.")
def plugin_hooks(write: Path | None) -> None:
    """List every hook a plugin can answer, with what it returns."""
    from portfolio.hook_list import NoPlace, list_hooks, write_list

    if write is None:
        click.echo(list_hooks())
        return
    try:
        click.echo(f"{write}: {'written anew' if write_list(write) else 'was up to date'}.")
    except NoPlace as error:
        raise click.ClickException(str(error)) from error


@plugin.command("remove")
@click.argument("name")
@click.option("--archive", type=click.Path(file_okay=False, path_type=Path), help="Every author's archive goes here.")
@click.option("--rows-too", is_flag=True, help="Also what no archive holds: rows of its own tables, and files.")
def plugin_remove(name: str, archive: Path | None, rows_too: bool) -> None:
    """Erase plugin NAME from the database: its entries, tables and switches. Its folder is yours to delete."""
    from portfolio.files import FolderStore
    from portfolio.removal import RemovalRefused, remove_plugin

    settings, database, registry, _wanted = _opened()
    store = FolderStore(settings.files)
    try:
        gone = remove_plugin(database, registry, store, name, archive=archive, rows_too=rows_too)
    except RemovalRefused as error:
        raise click.ClickException(str(error)) from error
    for path in gone.archives:
        click.echo(f"Archive: {path}")
    click.echo(f"Removed {name}: its entries, also from bins, its tables and its switches.")
    if name in registry.plugins:
        click.echo(f"Now take the plugin itself away and start the server again: {registry.plugins[name].folder}")


@main.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def messages(folder: Path | None) -> None:
    """For developers: bring translations/nl.po of FOLDER (the core's by default) in line with the code."""
    from portfolio.messages import folders, update

    for one in [folder] if folder else folders():
        click.echo(f"{one}: {update(one)} without Dutch")


@main.command()
def check() -> None:
    """Build the application and say what would stop it: settings, plugins, views, catalogues, themes."""
    from portfolio.app import create_app
    from portfolio.exchange.printing import why_no_printer

    settings = _settings()
    app = create_app(settings)
    for name, error in app.registry.broken.items():
        click.echo(f"Plugin {name} is broken: {error}")
    if app.registry.broken:
        sys.exit(1)
    warnings = []
    if not settings.https and "PORTFOLIO_BASE_URL" in os.environ and "127.0.0.1" not in settings.base_url:
        warnings.append("PORTFOLIO_BASE_URL is not https: sign-in cookies travel in the clear.")
    if not settings.smtp_url:
        warnings.append("PORTFOLIO_SMTP_URL is empty: mail stays in the outbox.")
    if why := why_no_printer():
        warnings.append(f"{why}. On Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0.")
    for warning in warnings:
        click.echo(f"Note: {warning}")
    click.echo(f"Fine: {len(app.registry.plugins)} sections and plugins, {len(app.themes.themes)} themes.")


if __name__ == "__main__":
    main()
