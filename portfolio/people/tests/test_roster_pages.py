"""The pages about people from a file, as an administrator's browser meets them; without scripts."""

from __future__ import annotations

import io
import re
from typing import Any

from portfolio.clock import today
from portfolio.people import limits
from portfolio.people.roster import read_sheet
from portfolio.people.tests.accounts_world import do_jobs, mails, make_world
from portfolio.people.tests.roster_world import sheet_of
from portfolio.testing import make_cohort, post, sign_in


def send(client: Any, listed: str, text: str | bytes, **more: str) -> Any:
    """Choose a file and send it."""
    data = text if isinstance(text, bytes) else text.encode()
    return post(client, listed, {"file": (io.BytesIO(data), "x.csv"), **more})


def test_from_the_list_of_people_by_a_file_to_the_invitations_and_back(client: Any, database: Any) -> None:
    world = make_world(database)
    mirjam, school = sign_in(client, world.mirjam), f"/s/{world.school.id}/"
    assert f'href="{school}people/file"' in mirjam.get(school).text
    page = mirjam.get(f"{school}people/file").text
    once = {"once": re.findall(r'name="once" value="([^"]+)"', page)[0]}
    text = sheet_of("Aad", "Bea", more=";zonder@example.org\n<script>;=1+1\n")
    first, again = (send(mirjam, f"{school}people/file", text, **once) for _turn in range(2))
    assert (first.status_code, again.location) == (303, first.location), "a double click"

    page = mirjam.get(first.location).text
    shown = ("Invite these 2 people", "Line 4", "There is no name.", "aad@<wbr>example.org", "&lt;script&gt;, =1+1")
    assert [told for told in shown if told not in page] == []
    assert "<script>" not in page.replace("<script src", "")
    for _turn in range(2):
        assert post(mirjam, f"{first.location}/invite").location == first.location
    page = mirjam.get(first.location).text
    assert "0 of 2 people" in page and "Look again" in page and 'http-equiv="refresh"' not in page
    do_jobs(client)
    page = mirjam.get(first.location).text
    assert "2 people have been invited" in page and "This can be done until" in page
    assert sorted(mail.to_address for mail in mails(database)) == ["aad@example.org", "bea@example.org"]
    people = mirjam.get(school).text
    assert people.count("not begun yet") == 2
    assert f'href="{first.location}"' in mirjam.get(f"{school}people/file").text
    post(mirjam, f"{first.location}/undo")
    page = mirjam.get(first.location).text
    assert "2 invitations were taken back." in page and "<h1>Taken back</h1>" in page
    assert mirjam.get(school).text.count("not begun yet") == 0
    assert post(mirjam, f"{first.location}/undo").status_code == 422


def test_who_came_in_between_looking_and_the_yes_is_told_and_nobody_is_invited_twice(
    client: Any, database: Any
) -> None:
    world = make_world(database)
    mirjam, listed = sign_in(client, world.mirjam), f"/s/{world.school.id}/people/file"
    kept = send(mirjam, listed, sheet_of("Aad")).location
    typed = {"name": "Aad", "email": "aad@example.org", "role": "teacher", "since": today().isoformat()}
    assert post(mirjam, f"/s/{world.school.id}/people/new", typed).status_code == 303
    post(mirjam, f"{kept}/invite")
    do_jobs(client)
    page = mirjam.get(kept).text
    assert "Nobody has been invited" in page and "Somebody of this school has this address already." in page
    assert "/undo" not in page and len(mails(database)) == 1


def test_no_file_or_a_wrong_one_says_so_at_the_field_and_keeps_nothing(client: Any, database: Any) -> None:
    world = make_world(database)
    mirjam, listed = sign_in(client, world.mirjam), f"/s/{world.school.id}/people/file"
    for answer in (post(mirjam, listed), post(mirjam, listed, {"file": "een tekst"}), send(mirjam, listed, "wat;dit")):
        assert answer.status_code == 422 and 'role="alert"' in answer.text
        assert 'aria-invalid="true"' in answer.text and 'id="file-error"' in answer.text
    answer = mirjam.get(f"{listed}/example")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    assert len(read_sheet(answer.data).people) == 2


def test_a_mended_file_is_read_anew_and_the_sixth_of_a_day_waits(client: Any, database: Any) -> None:
    world = make_world(database)
    mirjam, listed = sign_in(client, world.mirjam), f"/s/{world.school.id}/people/file"
    with_cohort = "naam;e-mail;cohort\nAad;aad@example.org;Delen van leiderschap 1\n"
    before = send(mirjam, listed, with_cohort).location
    assert "no cohort called" in mirjam.get(before).text and "Nobody can be invited" in mirjam.get(before).text
    assert post(mirjam, f"{before}/invite").status_code == 422
    with database.write() as session:
        make_cohort(session, session.merge(world.school))
    after = send(mirjam, listed, with_cohort).location
    assert "Invite this person" in mirjam.get(after).text
    assert mirjam.get(before).status_code == 404
    most = limits.ROSTERS_PER_SCHOOL.tries
    for number in range(most + 1):
        kept = send(mirjam, listed, sheet_of(f"P{number}")).location
        for _turn in range(2):  # of which the second counts for nothing
            answer = post(mirjam, f"{kept}/invite")
            assert answer.status_code == (303 if number < most else 422)
    assert "Five files were carried out today" in answer.text and "Invite this person" in answer.text
    assert most == limits.ROSTERS_PER_ADMINISTRATOR.tries == 5
