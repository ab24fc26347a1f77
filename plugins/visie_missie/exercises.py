"""The exercises a statement can grow from. The ideas are well known, the words our own; every step may stay empty."""

from __future__ import annotations

from typing import Any

from portfolio.contributions import Starter, Step
from portfolio.i18n import lazy_gettext as _l


def _exercise(code: str, title: Any, purpose: Any, *steps: Step, source: str = "") -> Starter:
    return Starter(code=code, kind="vision_exercise", title=title, purpose=purpose, steps=steps, source=source)


EXERCISES: tuple[Starter, ...] = (
    _exercise(
        "teacher_who_shaped_me",
        _l("The teacher who shaped me"),
        _l("Go back to somebody who taught you, and find what you took along."),
        Step("who", _l("Who was it?"), _l("Name the part they had in your life; you needn't name the person.")),
        Step("scene", _l("One scene"), _l("Where were you, and what did they say or do? Tell it to a friend.")),
        Step("quality", _l("What you saw in them"), _l("Which quality showed in that scene?")),
        Step("in_me", _l("How it lives on in you"), _l("When did you last do something like it? And when not?")),
    ),
    _exercise(
        "golden_circle",
        _l("Golden circle"),
        _l("From the inside out: begin at why, and only then look at what you do."),
        Step("why", _l("Why"), _l("What do you believe in when you step into the classroom?")),
        Step("how", _l("How"), _l("How can others tell, by the way you do things?")),
        Step("what", _l("What"), _l("What do you do all week? Which of it follows from your why, and which doesn't?")),
        source="Simon Sinek",
    ),
    _exercise(
        "personal_mission",
        _l("Personal mission"),
        _l("Stand at the end for a moment, and look at today from there."),
        Step("principles", _l("What you hold on to"), _l("Which few principles lie under those words?")),
        Step("statement", _l("Your mission so far"), _l("Write it in a few sentences, in the present tense.")),
        source="Stephen Covey",
    ),
    _exercise(
        "lifeline",
        _l("Lifeline"),
        _l("Walk past the high and low moments, and see what mattered in each."),
        Step("thread", _l("The thread"), _l("What keeps coming back?")),
    ),
    _exercise(
        "choosing_values",
        _l("Choosing values"),
        _l("From ten to five to three. Letting go tells as much as keeping."),
        Step("ten", _l("Ten that count"), _l("Write down ten words for what matters to you, quickly.")),
        Step("five", _l("Five that stay"), _l("Which five do you keep? What was it like to leave the others?")),
        Step("three", _l("Three you can't do without"), _l("Choose once more.")),
        Step("stories", _l("A story with each"), _l("When did this value show, or when was it under pressure?")),
    ),
    _exercise(
        "onion_model",
        _l("Onion model"),
        _l("Peel one situation, layer by layer, from what is around you to what moves you."),
        Step("environment", _l("Around you"), _l("Where are you, who is there, and what do they ask?")),
        Step("behaviour", _l("What you do"), _l("What would somebody see you do and hear you say?")),
        Step("competence", _l("What you can"), _l("What are you good at here, and what are you still learning?")),
        Step("beliefs", _l("What you believe"), _l("What do you hold to be true about pupils, colleagues, yourself?")),
        Step("identity", _l("Who you are here"), _l("As whom do you stand there? An image may say it best.")),
        Step("mission", _l("What it is for"), _l("What larger thing do you want to serve with it?")),
        Step("core", _l("Your core qualities"), _l("Which qualities of yours shine through all layers?")),
        Step("stuck", _l("Where it chafes"), _l("Between which two layers does it get stuck?")),
        source="Fred Korthagen",
    ),
)
