"""What every answer carries, whatever it is: headers, cookies, and no script or style in the page itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.pages.conftest import Built, make_built
from tests.pages.house import House, Page, crawl, is_html
from tests.pages.test_access_matrix import ROWS
from tests.pages.test_forgery import actor
from tests.pages.world import ROLES

CSP = {
    "default-src": "'self'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'", "font-src": "'self'",
    "connect-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
    "object-src": "'none'",
}  # fmt: skip
REFUSED = ("anonymous", "coach")
"""Who isn't signed in, and who may not see most of it: what refuses them is the same for everybody else."""
PUBLIC_FOREVER = "/static/base/0/base.css"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The world on SQLite: headers are put on when every database has been asked."""
    return make_built("sqlite", tmp_path_factory.mktemp("headers"))


@pytest.fixture(scope="module")
def secure(built: Built) -> Iterator[House]:
    """The application as people reach it over HTTPS."""
    found = House(*built, base_url="https://portfolio.example.org")
    yield found
    found.close()


def policy(answer: Any) -> dict[str, str]:
    """A content security policy as directives."""
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {name: value.strip() for name, _, value in (part.strip().partition(" ") for part in parts)}


def check(answer: Any, path: str) -> None:
    """What must hold for any answer at all."""
    expected = {"default-src": "'none'", "sandbox": ""} if path.startswith("/files/") else CSP
    told = policy(answer)
    if answer.status_code == 200 and path.startswith("/files/"):
        assert told.items() >= expected.items(), f"{path}: {told}"
    else:
        assert told == CSP, f"{path}: {told}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    assert answer.headers["X-Frame-Options"] == "DENY", path
    if answer.status_code == 200 and path == PUBLIC_FOREVER:
        assert "public" in answer.headers["Cache-Control"]
    else:
        assert "no-store" in answer.headers["Cache-Control"], f"{path}: {answer.headers['Cache-Control']}"
    if is_html(answer):
        assert Page(answer.text, path).inline == [], path
    answer.close()


def check_cookies(answer: Any, path: str) -> None:
    """Over HTTPS: a name that no other site or subdomain can set, and all that belongs to it."""
    for cookie in answer.headers.getlist("Set-Cookie"):
        name, _, rest = cookie.partition("=")
        parts = {part.strip().partition("=")[0].lower(): part.strip().partition("=")[2] for part in rest.split(";")}
        assert name.startswith("__Host-"), f"{path}: {cookie}"
        assert {"secure", "httponly"} <= set(parts), f"{path}: {cookie}"
        assert parts.get("path") == "/", f"{path}: {cookie}"
        assert parts.get("samesite") in ("Lax", "Strict"), f"{path}: {cookie}"
        assert "domain" not in parts, f"{path}: {cookie}"


@pytest.mark.parametrize("role", ROLES)
def test_every_page_and_every_refusal_carries_them(house: House, role: str) -> None:
    for path, answer in crawl(house, role).items():
        check(answer, path)
    for row in ROWS if role in REFUSED else ():
        address = house.world.address(row.address)
        if row.method == "GET":
            check(house.browser(role).get(address), address)


def test_every_answer_to_a_form_carries_them_too(house: House) -> None:
    for row in ROWS:
        if row.method == "POST":
            address = house.world.address(row.address)
            house.reset()
            check(house.post(actor(row), address, row.form(house.world)), address)
            check(house.post("anonymous", address), address)
            check(house.browser("owner").post(address), address)


NOT_THERE = ("/bestaat-niet", "/%00", "/p/geen-id/goals/", "/static/base/0/nothing.css", "/../etc")


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_is_not_there_carries_them(house: House, path: str) -> None:
    for role in ("anonymous", "owner"):
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
            answer = house.browser(role).open(path, method=method)
            assert answer.status_code in (200, 400, 404, 405), f"{method} {path}: {answer.status_code}"
            check(answer, path)


def test_a_page_that_takes_no_such_method_carries_them(house: House) -> None:
    for path in ("/sign-in", "/shared", "/account", "/healthz", "/"):
        for role in ("anonymous", "owner"):
            answer = house.browser(role).delete(path)
            assert answer.status_code == 400, "it has no proof"
            check(answer, path)
    answer = house.browser("owner").delete("/shared", headers={"X-CSRFToken": house.token()})
    assert answer.status_code == 405
    check(answer, path)


def test_cookies_under_https_are_bound_to_this_host_alone(secure: House) -> None:
    seen = set()
    for role in ("anonymous", "owner"):
        browser = secure.browser(role, "portfolio.example.org")
        for path, data in (
            ("/sign-in", None), ("/privacy", None), ("/language", {"language": "nl"}), ("/", None),
            ("/account", {"name": "Fenna", "language": "en"}), ("/sign-in", {"email": "x", "password": "y"}),
            ("/sign-out", {}), ("/bestaat-niet", None),
        ):  # fmt: skip
            base = "https://portfolio.example.org"
            if data is None:
                answer = browser.get(path, base_url=base)
            else:
                answer = browser.post(path, base_url=base, data={"csrf_token": secure.token(), **data})
            assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
            check_cookies(answer, path)
            seen |= {cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")}
    assert seen == {"__Host-portfolio", "__Host-language"}


def test_a_file_cannot_act_as_a_page(house: House) -> None:
    answer = house.browser("owner").get(house.world.address("/files/{file}"))
    assert answer.status_code == 200
    assert "sandbox" in policy(answer)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_walk_sees_a_style_a_script_and_a_handler() -> None:
    bad = '<p style="x"><a href="java\nscript:1">a</a><b onclick="x"></b><style></style><script>1</script>'
    assert len(Page(bad).inline) == 5
