"""Take the README's pictures from the demo world: `.venv/bin/python docs/take_pictures.py`.

Needs Chromium and what the tests install.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
GOAL = "Schoolopleider zijn zonder de weg voor te doen"


def main() -> None:
    """Serve a demo in a temporary folder and photograph it in Dutch."""
    chromium = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if chromium is None:
        sys.exit("Install Chromium first.")
    PICTURES.mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as data:
        environ = os.environ | {"PORTFOLIO_DATA": data, "PORTFOLIO_BASE_URL": address, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "portfolio.cli"]
        subprocess.run([*command, "demo"], env=environ, cwd=ROOT, check=True)
        server = subprocess.Popen([*command, "serve", "--port", str(port), "--no-jobs"], env=environ, cwd=ROOT)
        try:
            _wait(f"{address}/healthz")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                _photograph(
                    lambda width: browser.new_page(
                        base_url=address, viewport={"width": width, "height": 800}, locale="nl-NL", color_scheme="light"
                    )
                )
                browser.close()
        finally:
            server.terminate()
            server.wait()


def _photograph(new_page) -> None:  # type: ignore[no-untyped-def]
    fenna = _sign_in(new_page(1180), "fenna")
    _save(fenna, "overview")
    fenna.goto(_address(fenna, "goals") + "?page=1")
    fenna.click(f"text={GOAL}")
    _save(fenna, "goal")
    fenna.goto(_address(fenna, "reflections"))
    fenna.click("text=Onzichtbaar, vier jaar later")
    _save(fenna, "reflection")
    fenna.goto(_address(fenna, "loopbaan"))
    _save(fenna, "years")
    fenna.goto(_address(fenna, "intervisie"))
    fenna.locator("main a[href*='/sessions/']").first.click()
    _save(fenna, "session")
    ruben = _sign_in(new_page(1180), "ruben")
    ruben.goto("/desk")
    _save(ruben, "desk")
    phone = _sign_in(new_page(360), "fenna")
    _save(phone, "phone")


def _sign_in(page: Page, who: str) -> Page:
    page.goto("/sign-in")
    page.fill("[name=email]", f"{who}@example.org")
    page.fill("[name=password]", "samen-delen-2026")
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    return page


def _address(page: Page, section: str) -> str:
    link = page.locator(f"nav a[href$='/{section}/']").first.get_attribute("href")
    assert link
    return link


def _save(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(PICTURES / f"{name}.png"))


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("The server did not answer.")


if __name__ == "__main__":
    main()
