"""What a dossier of forty texts, each with a photograph, costs: the PDF against the same dossier as a page.

    python benchmarks/dossier.py [--items N] [--rounds N]

Prints the middle seconds of each and the ratio, and of the PDF also the first one of a process, for which the fonts are
loaded; its page has loaded WeasyPrint by then. The PDF is to be there within three seconds.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image

from portfolio import clock, migrate
from portfolio.app import App, create_app
from portfolio.db import Database
from portfolio.settings import Settings
from portfolio.testing import (
    make_cohort,
    make_leadership,
    make_person,
    make_school,
    make_switch,
    portfolio_of,
    post,
    sign_in,
)

TARGET = 3.0
WORDS = "Ik keek hoe ze samen verder gingen, en wat het van mij vroeg om niets te zeggen. " * 8


def photograph(number: int) -> bytes:
    """A JPEG of two megapixels, some 400 kB, as a telephone makes them after upload."""
    out = io.BytesIO()
    picture = Image.radial_gradient("L").resize((1600, 1200)).convert("RGB")
    noise = Image.effect_noise((1600, 1200), 20 + number % 5).convert("RGB")
    Image.blend(picture, noise, 0.4).save(out, "JPEG", quality=85)
    return out.getvalue()


def make_conversation(app: App, items: int) -> tuple[Any, str]:
    """A conversation that is open, with so many texts handed over; the leader's browser and its address."""
    with app.database.write() as session:
        school = make_school(session)
        teacher, leader = (make_person(session, name=name, school=school) for name in ("Fenna Proef", "Hanne Proef"))
        cohort = make_cohort(session, school, teacher, leader)
        make_switch(session, cohort, "ontwikkelgesprek")
        leadership = make_leadership(session, leader, teacher, school=school)
        portfolio = portfolio_of(session, teacher).id
    hers, his = sign_in(app.test_client(), teacher), sign_in(app.test_client(), leader)
    place = post(his, f"/together/{leadership.id}").location.split("/")[2]
    day = clock.today().isoformat()
    form = {"kind": "ontwikkelgesprek", "day": day, "begins_at": "14:30", "place": ""}
    planned = post(hers, f"/p/{place}/ontwikkelgesprek/conversations/new", form)
    assert planned.status_code == 303, planned.text
    talk: str = planned.location
    for number in range(items):
        text = {"title": f"Moment {number}", "happened_on": day, "story": WORDS, "proof_of": ""}
        entry = post(hers, f"/p/{portfolio}/evidence/new/evidence", text).location.rstrip("/")
        file = (io.BytesIO(photograph(number)), f"foto-{number}.jpg")
        added = post(hers, f"{entry}/files", {"alt": f"Wat er hing, {number}", "pupils": "no", "file": file})
        chosen = post(hers, f"{talk}choose/{entry.rsplit('/', 1)[1]}", {"fields": ["title", "story"], "note": ""})
        assert (added.status_code, chosen.status_code) == (303, 303), (entry, talk, number)
    for browser in (hers, his):
        post(browser, f"{talk}prepare", {"ambition": "Verder.", "saw": "Veel."})
        post(browser, f"{talk}release")
    post(hers, f"{talk}report", {"text": WORDS, "happened_on": day, "seen": "0"})
    return his, talk


def seconds(browser: Any, address: str) -> float:
    """How long one takes."""
    started = time.perf_counter()
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    answer.get_data()
    return time.perf_counter() - started


def main() -> None:
    """Run what the command line asks; the exit code says whether the target was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portfolio-benchmark-") as temporary:
        url = f"sqlite:///{temporary}/portfolio.sqlite"
        settings = Settings(data=Path(temporary), database_url=url, secret_key="benchmark" * 5)
        database = Database(url)
        app = create_app(settings, database=database)
        migrate.upgrade(database, migrate.lines(app.registry.folders))
        browser, talk = make_conversation(app, asked.items)
        seconds(browser, f"{talk}dossier")  # the page that offers it has loaded WeasyPrint
        first = seconds(browser, f"{talk}dossier.pdf")
        html = statistics.median(seconds(browser, f"{talk}dossier") for _turn in range(asked.rounds))
        pdf = statistics.median(seconds(browser, f"{talk}dossier.pdf") for _turn in range(asked.rounds))
        size = len(browser.get(f"{talk}dossier.pdf").data) / 1e6
        database.close()
    print(f"{asked.items} items: page {html:.3f} s, PDF {pdf:.2f} s (the first {first:.2f} s), {size:.1f} MB")
    print(f"PDF / page: {pdf / html:.0f}")
    sys.exit(pdf > TARGET)


if __name__ == "__main__":
    main()
