"""Files that are handed over: their own bytes, the lock, and that none stays behind or is lost."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portfolio import clock
from portfolio.entries.attaching import add_file, answer_pupils, put_bytes, remove_file
from portfolio.entries.bin import erase_entries
from portfolio.entries.models import Attachment, LooseFile, Snapshot, SnapshotFile
from portfolio.entries.presenting import facts_of_snapshot
from portfolio.entries.purging import Purged, on_purged, purge_snapshots
from portfolio.entries.readers_log import list_readings
from portfolio.entries.snapshot_files import copy_files, read_bytes
from portfolio.entries.snapshots import get_handed_file, settle_snapshots, take_snapshot, withdraw_snapshot
from portfolio.entries.tests.entries_world import DAY, browser, check_page, draft, words
from portfolio.entries.tests.handing_world import HOLDER, Two
from portfolio.entries.upkeep import find_loose_files, purge_closed, sweep_files
from portfolio.entries.writing import edit_entry
from portfolio.errors import NotVisible, Refused
from portfolio.files import Accepted, FolderStore
from portfolio.jobs.models import Job
from portfolio.jobs.service import JobContext
from portfolio.people.closing import close_account
from portfolio.plugins import Registry
from portfolio.sections.goals.kinds import Goal
from portfolio.settings import Settings
from portfolio.testing import make_person

TEXT = b"Een verslag van de dag.\n"
PNG = b"\x89PNG and so on"


def _attach(two: Two, settings: Settings, data: bytes = TEXT, *, pupils: str = "no") -> uuid.UUID:
    """A file with the goal."""
    picture = data == PNG
    accepted = Accepted("image/png" if picture else "text/plain", "png" if picture else "txt", data)
    key = put_bytes(two.database, FolderStore(settings.files), data, clock.now())
    name = "foto.png" if picture else "verslag.txt"
    with two.scope(two.fenna) as scope:
        return add_file(scope, two.goal, key, accepted, name, alt="Een bord", pupils=pupils, most=10**6)


def _context(two: Two, settings: Settings, days: int = 0) -> JobContext:
    return JobContext(two.database, settings, uuid.uuid4(), None, clock.now() + days * DAY, 1, False)


def _work(two: Two, settings: Settings, job: Any = copy_files, days: int = 0) -> None:
    finish = job({}, _context(two, settings, days))
    with two.database.write() as session:
        finish(session)


def _sweep(two: Two, settings: Settings) -> set[str]:
    """Sweep, and what the store holds then."""
    _work(two, settings, sweep_files, days=1)
    return {path.name for path in settings.files.rglob("*") if path.is_file()}


def _loose(two: Two) -> int:
    with two.database.read() as session:
        return session.scalars(select(func.count()).select_from(LooseFile)).one()


def _file(two: Two) -> SnapshotFile:
    with two.database.read() as session:
        return session.scalars(select(SnapshotFile)).one()


def test_a_copy_has_its_own_bytes_and_outlives_the_file_the_edit_and_the_entry(two: Two, settings: Settings) -> None:
    key = _attach(two, settings)
    two.opened("why")
    store, copy = FolderStore(settings.files), _file(two).id
    with two.scope(two.hanne) as scope:
        found = get_handed_file(scope, copy)
        assert read_bytes(store, found) == TEXT and found.filename == "verslag.txt", "before it is copied too"
        assert not store.exists(copy.hex)
    with two.scope(two.fenna) as scope:
        edit_entry(scope, two.goal, Goal, draft("Anders", seen=1))
        remove_file(scope, two.goal, key)
    assert _sweep(two, settings) == {key.hex}, "what has yet to be copied isn't swept"
    _work(two, settings)
    assert _sweep(two, settings) == {copy.hex} and _loose(two) == 0
    with two.scope(two.fenna) as scope:
        erase_entries(scope.session, [two.goal], scope.now)
    with two.scope(two.hanne) as scope:
        assert read_bytes(store, get_handed_file(scope, copy)) == TEXT


def test_copying_twice_or_again_after_a_crash_does_it_once(two: Two, settings: Settings) -> None:
    key = _attach(two, settings)
    two.opened("why")
    copy_files({}, _context(two, settings))  # the process ends before its transaction
    assert _loose(two) == 1
    with two.database.write() as session:
        session.execute(update(Job).values(unique_key=None))
        find_loose_files(session, {}, _context(two, settings))
        assert session.scalars(select(func.count()).select_from(Job)).one() == 2, "it is asked for again"
    _work(two, settings)
    _work(two, settings)
    assert _sweep(two, settings) == {key.hex, _file(two).id.hex} and _loose(two) == 0


def test_what_is_withdrawn_while_it_is_copied_leaves_nothing(two: Two, settings: Settings) -> None:
    key = _attach(two, settings)
    taken = two.opened("why")
    finish = copy_files({}, _context(two, settings))
    with two.scope(two.fenna) as scope:
        withdraw_snapshot(scope, taken)
    with two.database.write() as session:
        finish(session)
    assert _sweep(two, settings) == {key.hex} and _loose(two) == 0


def test_an_entry_with_a_file_that_may_show_pupils_is_not_handed_over(two: Two, settings: Settings) -> None:
    _attach(two, settings)
    _attach(two, settings, pupils="unknown")
    with pytest.raises(Refused, match="pupils"):
        two.take("why")


def test_words_of_the_files_are_looked_at_before_anything_is_handed_over(two: Two, settings: Settings) -> None:
    _attach(two, settings)

    def look(files: Any) -> None:
        raise Refused({"anyway": [one.text for one in files]})

    with two.scope(two.fenna) as scope, pytest.raises(Refused) as refused:
        take_snapshot(scope, two.goal, ["why"], two.place, two.about, kind=Goal, plugin=HOLDER, look_first=look)
    assert refused.value.errors == {"anyway": ["verslag", "Een bord"]} and two.read(two.fenna) == []


def test_a_file_is_read_by_whom_the_snapshot_is_and_that_is_noted(two: Two, settings: Settings, app: Any) -> None:
    _attach(two, settings)
    two.take("why")
    file = _file(two).id
    with two.database.write() as session:
        stranger = make_person(session, name="Yara")
    with two.scope(two.hanne) as scope, pytest.raises(NotVisible):
        get_handed_file(scope, file)
    two.opened("why")
    fenna, hanne, other = (browser(app, person) for person in (two.fenna, two.hanne, stranger))
    address = f"/files/handed-over/{file}"
    assert file.version == 4, "or its address tells at what hour it was chosen"
    assert fenna.get(address).data == hanne.get(address).data == TEXT
    assert hanne.get(address).headers["Content-Disposition"].startswith("attachment")
    assert other.get(address).status_code == hanne.get(f"/files/{_file(two).attachment_id}").status_code == 404
    with two.scope(two.fenna) as scope:
        assert [(one.reader, one.id) for one in list_readings(scope)[0]] == [("Hanne", two.goal)]


def test_what_turns_out_to_show_pupils_is_closed_in_what_was_handed_over_too(two: Two, settings: Settings) -> None:
    key = _attach(two, settings)
    two.opened("why")
    with two.scope(two.fenna) as scope:
        answer_pupils(scope, two.goal, key, "yes")
    with two.scope(two.hanne) as scope, pytest.raises(NotVisible):
        get_handed_file(scope, _file(two).id)
    with two.scope(two.fenna) as scope:
        assert get_handed_file(scope, _file(two).id).filename == "verslag.txt"


def test_what_may_show_pupils_stays_closed_when_the_file_or_its_entry_is_removed(two: Two, settings: Settings) -> None:
    key = _attach(two, settings)
    two.opened("why")
    _work(two, settings)

    def closed_to_hanne() -> bool:
        with two.scope(two.hanne) as scope, pytest.raises(NotVisible):
            get_handed_file(scope, _file(two).id)
        return [one.files for one in two.read(two.hanne)] == [()]  # no name and no description either

    with two.scope(two.fenna) as scope:
        answer_pupils(scope, two.goal, key, "unknown")
    assert closed_to_hanne()
    with two.scope(two.fenna) as scope:
        answer_pupils(scope, two.goal, key, "no")
    assert [len(one.files) for one in two.read(two.hanne)] == [1]
    with two.scope(two.fenna) as scope:
        answer_pupils(scope, two.goal, key, "yes")
        remove_file(scope, two.goal, key)
    assert closed_to_hanne()
    with two.scope(two.fenna) as scope:
        erase_entries(scope.session, [two.goal], scope.now)
    assert closed_to_hanne() and [len(one.files) for one in two.read(two.fenna)] == [1]


def test_copies_have_an_end_too(two: Two, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _attach(two, settings)
    monkeypatch.setattr("portfolio.entries.snapshots.ROOM", len(TEXT))
    taken = two.take("why")
    with pytest.raises(Refused, match="fill the room"):
        two.take("why", "title")
    with two.scope(two.fenna) as scope:
        withdraw_snapshot(scope, taken)
    two.take("why", "title")


def test_a_picture_in_the_words_is_the_copy_of_it(two: Two, settings: Settings) -> None:
    key = _attach(two, settings, PNG)
    with two.scope(two.fenna) as scope:
        edit_entry(scope, two.goal, Goal, draft("Ruimte maken", seen=1, why=f"![Een bord](attachment:{key})"))
    two.opened("why")
    (found,) = two.read(two.hanne)
    assert f'src="/files/handed-over/{_file(two).id}"' in found.html["why"] and str(key) not in found.html["why"]


def test_what_is_withdrawn_purged_or_of_an_erased_account_leaves_no_bytes(two: Two, settings: Settings) -> None:
    key = _attach(two, settings)

    def copied() -> str:
        taken = two.opened("why")
        _work(two, settings)
        return str(taken)

    taken = copied()
    assert len(_sweep(two, settings)) == 2
    with two.scope(two.fenna) as scope:
        withdraw_snapshot(scope, uuid.UUID(taken))
    assert _sweep(two, settings) == {key.hex}
    copied()
    with two.scope(two.fenna) as scope:
        settle_snapshots(scope, two.about, scope.now + DAY)
    with two.database.write() as session:
        purge_closed(session, {}, _context(two, settings))
        assert session.scalars(select(func.count()).select_from(Snapshot)).one() == 1, "not before its day"
        purge_closed(session, {}, _context(two, settings, days=1))
        purge_closed(session, {}, _context(two, settings, days=1))
        assert session.scalars(select(func.count()).select_from(Snapshot)).one() == 0
    assert _sweep(two, settings) == {key.hex}
    copied()
    with two.scope(two.fenna) as scope:
        close_account(scope.session, Registry(raising=True), two.fenna.id, scope.now, scope.today, comments_too=False)
    assert _sweep(two, settings) == set() and _loose(two) == 0
    with two.database.read() as session:
        assert not session.scalars(select(Attachment)).all() and not session.scalars(select(Snapshot)).all()


def test_whose_it_was_hears_what_was_purged_and_a_broken_one_does_not_stop_it(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Purged] = []
    monkeypatch.setattr("portfolio.entries.purging._handlers", {})
    for _number in range(2):
        two.opened("why", note=str(_number))
    with two.scope(two.fenna) as scope:
        settle_snapshots(scope, two.about, scope.now)

    @on_purged(HOLDER)
    def broken(session: Any, purged: Any, now: Any) -> None:
        session.add(LooseFile(key=two.about, since=now))
        heard.extend(purged)
        raise RuntimeError("it can't write its line")

    with two.database.write() as session:
        assert purge_snapshots(session, clock.now()) is False
        purge_snapshots(session, clock.now())
    assert heard == [Purged(two.place, two.about, "handed", 2)] and _loose(two) == 0
    assert two.read(two.fenna) == []


def test_a_page_shows_it_and_says_that_it_does_not_follow(two: Two, settings: Settings, app: Any) -> None:
    key = _attach(two, settings, PNG)
    two.opened("why", note="<b>Lees</b> dit")
    two.opened("why", "title", "happened_on")
    plain, whole = two.read(two.hanne)
    text = (
        '{% from "entries/_snapshot.html" import snapshot %}{{ snapshot(plain, facts(plain), kind, url_for) }}'
        "{% call snapshot(whole, facts(whole), none, url_for, level=3) %}<p>Terug</p>{% endcall %}"
    )
    with app.test_request_context():
        env = app.themes.environment("base", app.jinja_env)
        page = env.from_string(text).render(plain=plain, whole=whole, facts=facts_of_snapshot, kind=Goal)
    first, second = page.split("</article>")[:2]
    check_page(page)
    assert "<h2" in first and "Goal</h2>" in first and "Ruimte maken" not in first, "its title wasn't chosen"
    assert "&lt;b&gt;Lees" in first and "<strong>hen</strong>" in first and str(key) not in page
    assert first.count(f"/files/handed-over/{plain.files[0].id}") == 2, "as a picture, and as a file to fetch"
    assert "later changes don't follow" in words(first) and "Taken over from “Goal”" in words(first)
    assert "Ruimte maken</h3>" in second and "Taken over from “Ruimte maken”" in words(second) and "Terug" in second


def test_what_an_older_renderer_or_kind_made_is_shown_by_todays(two: Two, app: Any, monkeypatch: Any) -> None:
    two.opened("why")
    (found,) = two.read(two.hanne)
    with app.test_request_context():
        old = replace(found, renderer=0, html={"why": "<p>oud</p>"})
        assert facts_of_snapshot(old)[0].html == facts_of_snapshot(found)[0].html
        assert [fact.label for fact in facts_of_snapshot(replace(found, kind="unknown"))] == ["why"]
        monkeypatch.setattr(Goal, "version", 2)
        monkeypatch.setattr(Goal, "upgrade", lambda content, _from: content | {"first_step": "Zo heet het nu."})
        assert [fact.name for fact in facts_of_snapshot(found)] == ["why", "first_step"]
