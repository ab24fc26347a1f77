"""Every page there is, as somebody sees it: (route, who, address). Each GET route has at least one line here.

An address may name what to look for first: `{portfolio}` the viewer's, `{goal}`, `{evidence}`, `{reflection}` the first
of the viewer's own, `{shared}` the first that is shared with them, `{circle}`, `{school}`, `{person}`.
"""

from __future__ import annotations

PAGES: list[tuple[str, str | None, str]] = [
    ("people.sign_in", None, "/sign-in"),
    ("people.forgot", None, "/forgot"),
    ("people.forgot_sent", None, "/forgot/sent"),
    ("people.recover", None, "/recover"),
    ("people.privacy", None, "/privacy"),
    ("entries.home", "fenna", "/"),
    ("entries.index", "fenna", "/p/{portfolio}/goals/"),
    ("entries.index", "fenna", "/p/{portfolio}/reflections/"),
    ("entries.new", "fenna", "/p/{portfolio}/evidence/new/evidence"),
    ("entries.new", "fenna", "/p/{portfolio}/reflections/new/reflection?with=gibbs"),
    ("entries.read", "fenna", "{goal}"),
    ("entries.read", "fenna", "{evidence}"),
    ("entries.read", "fenna", "{reflection}"),
    ("entries.read", "ruben", "{shared}"),
    ("entries.edit", "fenna", "{goal}edit"),
    ("entries.descent", "fenna", "{goal}descent"),
    ("entries.texts", "fenna", "{goal}texts"),
    ("entries.text", "fenna", "{goal}texts/1"),
    ("entries.readings", "fenna", "{goal}readings"),
    ("entries.delete", "fenna", "{goal}delete"),
    ("entries.all_readings", "fenna", "/readings"),
    ("entries.shared", "ruben", "/shared"),
    ("entries.bin", "fenna", "/bin"),
]
