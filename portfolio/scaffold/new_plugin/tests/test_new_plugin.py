"""What only this plugin does. What holds for every plugin is in test_contract.py."""

from portfolio.testing import make_participant, post, sign_in


def test_what_somebody_writes_is_there_to_be_read_again(app):
    with app.database.write() as session:
        teacher = make_participant(session, "new_plugin")
    browser = sign_in(app.test_client(), teacher.person)
    typed = {"title": "Een titel", "happened_on": "2024-05-06", "words": "Mijn eigen woorden.", "next_step": "Bellen"}
    kept = post(browser, f"/p/{teacher.portfolio}/new_plugin/new/new_plugin", typed)
    assert kept.status_code == 303, kept.text
    page = browser.get(kept.location).text
    assert "Mijn eigen woorden." in page and "Bellen" in page
