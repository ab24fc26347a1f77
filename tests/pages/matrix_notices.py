"""Who gets what of news and mail: everybody their own news, and the page with mails nobody, where it is no demo."""

from __future__ import annotations

from tests.pages.matrix import Row

EVERYBODY = "200 200 200 200 200 200 200 200 200"
NOBODY = "404 404 404 404 404 404 404 404 404"
PERSON = "in  200 200 200 200 200 200 200 200"
PERSON_POST = "401 303 303 303 303 303 303 303 303"
CHOICE = {
    "mail_comment": "now", "mail_reply": "daily", "mail_shared": "weekly", "mail_changed": "never", "mail_coach": "now",
    "mail_circle": "now", "mail_cohort": "now", "paused_until": "{later}", "look_back": "y",
}  # fmt: skip

ROWS = [
    Row("GET", "/mail", NOBODY),
    Row("GET", "/news", PERSON),
    Row("GET", "/account/news", PERSON),
    Row("POST", "/account/news", PERSON_POST, CHOICE),
    # Who has the mail can stop it, whoever they are signed in as; the word itself can't be guessed.
    Row("GET", "/news/stop/{stop}", EVERYBODY),
    Row("POST", "/news/stop/{stop}", EVERYBODY),
    Row("GET", "/news/stop/{nobody}", NOBODY),
    Row("POST", "/news/stop/{nobody}", NOBODY),
]
