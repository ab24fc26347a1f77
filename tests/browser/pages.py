"""Every page there is, as somebody sees it. Each GET route has at least one line here, or a reason in NO_PAGES.

An address may name a place of the viewer's (see places.py), or a one-time link that was really sent (see mails.py).
What is only seen after sending a form stands in moments.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """A page: its route, who looks at it (None: nobody signed in), and where it is."""

    route: str
    who: str | None
    address: str
    status: int = 200


PAGES = [
    Seen("people.sign_in", None, "/sign-in"),
    Seen("people.forgot", None, "/forgot"),
    Seen("people.forgot_sent", None, "/forgot/sent"),
    Seen("people.recover", None, "/recover"),
    Seen("people.privacy", None, "/privacy"),
    Seen("notices.mail", None, "/mail"),
    Seen("people.invitation", None, "{invitation}"),
    Seen("people.invitation", None, "/invitation/not-a-link", 410),
    Seen("people.invitation_declined", None, "/invitation/declined"),
    Seen("people.reset", None, "{reset}"),
    Seen("people.new_address", None, "{new_address}"),
    Seen("people.setup", None, "{setup}"),
    Seen("entries.home", "fenna", "/"),
    Seen("entries.index", "fenna", "/p/{portfolio}/goals/"),
    Seen("entries.index", "fenna", "/p/{portfolio}/evidence/"),
    Seen("entries.index", "fenna", "/p/{portfolio}/reflections/"),
    Seen("entries.index", "hanne", "/p/{portfolio}/evidence/"),
    Seen("entries.new", "fenna", "/p/{portfolio}/goals/new/goal"),
    Seen("entries.new", "fenna", "/p/{portfolio}/evidence/new/evidence"),
    Seen("entries.new", "fenna", "/p/{portfolio}/reflections/new/reflection"),
    Seen("entries.new", "fenna", "/p/{portfolio}/reflections/new/reflection?with=gibbs"),
    Seen("entries.read", "fenna", "{goal}"),
    Seen("entries.read", "fenna", "{evidence}"),
    Seen("entries.read", "fenna", "{reflection}"),
    Seen("entries.read", "fenna", "{pictured}"),
    Seen("entries.read", "ruben", "{shared}"),
    Seen("entries.edit", "fenna", "{goal}edit"),
    Seen("entries.edit", "fenna", "{reflection}edit"),
    Seen("entries.descent", "fenna", "{goal}descent"),
    Seen("entries.texts", "fenna", "{goal}texts"),
    Seen("entries.text", "fenna", "{goal}texts/1"),
    Seen("entries.readings", "fenna", "{goal}readings"),
    Seen("entries.delete", "fenna", "{goal}delete"),
    Seen("entries.all_readings", "fenna", "/readings"),
    Seen("entries.shared", "fenna", "/shared"),
    Seen("entries.bin", "fenna", "/bin"),
    Seen("entries.kept", "yara", "/kept"),
    Seen("visie_missie.index", "yara", "/p/{portfolio}/visie_missie/"),
    Seen("visie_missie.index", "fenna", "/p/{portfolio}/visie_missie/"),
    Seen("visie_missie.index", "idris", "/p/{portfolio}/visie_missie/"),
    Seen("visie_missie.reread", "fenna", "/p/{portfolio}/visie_missie/again/{version}"),
    Seen("visie_missie.beside", "fenna", "/p/{portfolio}/visie_missie/beside/{older}/{version}"),
    Seen("visie_missie.everything", "fenna", "/p/{portfolio}/visie_missie/everything"),
    Seen("entries.read", "fenna", "{vision}"),
    Seen("exchange.take_along", "fenna", "/account/take-along"),
    Seen("exchange.bring_back", "fenna", "/account/bring-back"),
    Seen("people.account", "fenna", "/account"),
    Seen("people.password", "fenna", "/account/password"),
    Seen("people.email", "fenna", "/account/email"),
    Seen("people.close", "fenna", "/account/close"),
    Seen("people.circles", "fenna", "/circles"),
    Seen("people.circle", "fenna", "/circles/{circle}"),
    Seen("intervisie.index", "yara", "/p/{portfolio}/intervisie/"),
    Seen("intervisie.everything", "daan", "/p/{portfolio}/intervisie/everything"),
    Seen("intervisie.group", "daan", "{group}group"),
    Seen("intervisie.change_agreements", "fenna", "{group}group/agreements"),
    Seen("intervisie.plan", "fenna", "{group}sessions/new"),
    Seen("intervisie.session", "fenna", "{coming}"),
    Seen("intervisie.session", "daan", "{held}"),
    Seen("intervisie.change", "fenna", "{coming}edit"),
    Seen("intervisie.put_down", "yara", "{coming}case"),
    Seen("intervisie.take_away", "fenna", "{held}take-away"),
    Seen("intervisie.evaluate", "fenna", "{held}evaluation"),
    Seen("intervisie.pattern", "fenna", "{group}patterns/new"),
    Seen("intervisie.bring", "yara", "/p/{portfolio}/intervisie/cases/{case}/bring"),
    Seen("people.coaching", "fenna", "/coaching"),
    Seen("people.coaching", "otto", "/coaching"),
    Seen("people.desk", "ruben", "/desk"),
    Seen("people.desk_teacher", "ruben", "/desk/{fenna}"),
    Seen("people.leader", "hanne", "/leader"),
    Seen("people.board", "otto", "/board"),
    Seen("people.school", "mirjam", "/s/{school}/"),
    Seen("people.school_person", "mirjam", "/s/{school}/people/{fenna}"),
    Seen("people.invite_to_school", "mirjam", "/s/{school}/people/new"),
    Seen("people.people_file", "mirjam", "/s/{school}/people/file"),
    Seen("people.leaders", "mirjam", "/s/{school}/leaders"),
    Seen("people.coaches", "mirjam", "/s/{school}/coaches"),
    Seen("people.school_cohorts", "mirjam", "/s/{school}/cohorts"),
    Seen("people.school_cohort", "mirjam", "{cohort}"),
    Seen("people.what_can_be_on", "mirjam", "{cohort}on"),
    Seen("people.switch_on", "mirjam", "{cohort}on/visie_missie"),
    Seen("people.arrange", "mirjam", "{cohort}arranged"),
    Seen("people.copy_cohort", "mirjam", "{cohort}copy"),
    Seen("people.add_to_cohort", "mirjam", "{cohort}members/new"),
    Seen("people.end_in_cohort", "mirjam", "{cohort}members/{member}/end"),
    Seen("people.make_trio", "mirjam", "{cohort}trios/new"),
    Seen("people.ask_school", "mirjam", "{cohort}partners/new"),
    Seen("people.my_cohorts", "fenna", "/cohorts"),
    Seen("people.school_settings", "mirjam", "/s/{school}/settings"),
    Seen("people.new_school", "mirjam", "/s/{school}/schools/new"),
    Seen("entries.edit", "ruben", "{shared}edit", 403),
    Seen("entries.read", "hanne", "/p/{portfolio}/goals/00000000-0000-7000-8000-000000000000/", 404),
]

NO_PAGES = {
    "static_file": "styles and fonts, which the pages above ask for",
    "healthz": "two letters for a machine",
    "entries.file": "a file as it is, which the page of its entry shows",
    "people.correct_invited": "only for who has not begun; seen among the moments",
    "people.people_of_file": "only with a file; seen among the moments",
    "people.example_file": "a file to begin with",
    "people.change_settings": "the fields of people.switch_on, for what is on",
    "people.switch_off": "the form of people.end_in_cohort, for what is on",
    "people.end_trio": "the form of people.end_in_cohort, for a trio",
    "people.end_partner": "the form of people.end_in_cohort, for another school",
    "people.leave_cohort": "the form of people.end_in_cohort, for one's own school",
    "intervisie.live": "only while a session goes on; looked at in test_s03_live_session.py",
    "intervisie.live_now": "the part of it that an open page asks for anew",
    "intervisie.live_notes": "the notes of its listening screen, for who has no scripts",
    "people.recovery_codes": "only for who has no e-mail address; seen among the moments",
}
"""GET routes without a line above, and why."""
