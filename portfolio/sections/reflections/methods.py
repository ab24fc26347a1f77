"""The methods a reflection can follow. The steps are well known; the words are our own, and each may be left empty."""

from __future__ import annotations

from typing import Any

from portfolio.contributions import Starter, Step
from portfolio.i18n import lazy_gettext as _l


def _method(code: str, title: Any, purpose: Any, *steps: Step, source: str = "") -> Starter:
    return Starter(code=code, kind="reflection", title=title, purpose=purpose, steps=steps, source=source)


_SITUATION = Step("situation", _l("Situation"), _l("Where were you, who was there, what was going on?"))
_TASK = Step("task", _l("Task"), _l("What did you take on, or what was asked of you?"))
_ACTION = Step("action", _l("Action"), _l("What did you do and say, one thing after another?"))
_RESULT = Step("result", _l("Result"), _l("What changed, for you and for the others?"))
_REFLECTION = Step("reflection", _l("Reflection"), _l("Looking at it now: what strikes you?"))

METHODS: tuple[Starter, ...] = (
    _method("free", _l("Free"), _l("An empty page. Write as it comes.")),
    _method(
        "alact",
        _l("ALACT"),
        _l("Go round once: from what you did to what you try next."),
        Step("action", _l("Acting"), _l("Describe one moment. What did you do?")),
        Step(
            "looking_back",
            _l("Looking back"),
            _l("What did you want, feel, think and do in that moment? And the other person, as far as you can tell?"),
        ),
        Step("awareness", _l("Becoming aware"), _l("What was it really about, now that you put those side by side?")),
        Step("alternatives", _l("Finding other ways"), _l("Think of several things you could do. Odd ones count too.")),
        Step("trial", _l("Trying out"), _l("Choose one. When will you try it? That moment begins the next round.")),
        source="Korthagen",
    ),
    _method(
        "starr",
        _l("STARR"),
        _l("Tell one event in order, and end with what it taught you."),
        _SITUATION,
        _TASK,
        _ACTION,
        _RESULT,
        _REFLECTION,
    ),
    _method(
        "starrt",
        _l("STARRT"),
        _l("Tell one event in order, and take it along to another place."),
        _SITUATION,
        _TASK,
        _ACTION,
        _RESULT,
        _REFLECTION,
        Step("transfer", _l("Transfer"), _l("Where else can you use this? Name a moment that is coming.")),
    ),
    _method(
        "gibbs",
        _l("Gibbs"),
        _l("Give the feelings their own place before you explain anything."),
        Step("description", _l("Description"), _l("Say what happened, without judging it yet.")),
        Step("feelings", _l("Feelings and thoughts"), _l("What went through you while it happened, and afterwards?")),
        Step("evaluation", _l("Evaluation"), _l("What felt right about it, and what chafed?")),
        Step("analysis", _l("Analysis"), _l("How do you explain that it went this way?")),
        Step("conclusion", _l("Conclusion"), _l("What do you see now that you didn't see then?")),
        Step("plan", _l("Plan"), _l("What will you do when something like this happens again?")),
        source="Gibbs",
    ),
    _method(
        "core_reflection",
        _l("Core reflection"),
        _l("Look for the quality in yourself that can carry you past what holds you back."),
        Step("situation", _l("The situation"), _l("Which moment stays with you?")),
        Step("ideal", _l("What you longed for"), _l("How would it have gone if all had been as you wish?")),
        Step("obstacle", _l("What held you back"), _l("What did you do, think or believe that stood in the way?")),
        Step("quality", _l("A quality of yours"), _l("Which quality was there, or wanted to be there?")),
        Step("next", _l("Bringing it in"), _l("How do you give that quality room next time? Begin small.")),
        source="Korthagen",
    ),
    _method(
        "belief",
        _l("A belief under the light"),
        _l("Slow down at a sentence you hold to be true."),
        Step("belief", _l("The sentence"), _l("Write it down as you say it to yourself.")),
        Step("where_from", _l("Where it comes from"), _l("When did you begin to believe this? Who else says it?")),
        Step("when_true", _l("When it holds"), _l("Tell of a time when it was true and helped you.")),
        Step("when_not", _l("When it doesn't"), _l("Tell of a time when it turned out differently.")),
        Step("without", _l("Without it"), _l("What would you do tomorrow if you didn't believe it for one day?")),
    ),
    _method(
        "leadership_moment",
        _l("A moment of leading"),
        _l("Look at one moment in which you took, gave or shared the lead."),
        Step("what_i_did", _l("What I did"), _l("Describe what you did or deliberately left.")),
        Step("who_led_followed", _l("Who led, who followed"), _l("Did that change along the way, and how?")),
        Step("who_got_room", _l("Who got room"), _l("Who could step forward, and who couldn't find a way in?")),
        Step("what_it_asked", _l("What it asked of me"), _l("What did you have to hold on to, or let go of?")),
    ),
    _method(
        "after_the_meeting",
        _l("After the meeting"),
        _l("Ten minutes while you still hear the voices."),
        Step("airtime", _l("Who spoke"), _l("Who was heard, and for how long? How much did you speak yourself?")),
        Step("unsaid", _l("What went unsaid"), _l("What did you hear in the corridor, or only in your own head?")),
        Step("my_role", _l("My part"), _l("What did you do that opened the conversation, or closed it?")),
        Step("next_time", _l("Next time"), _l("What one thing will you do differently?")),
    ),
    _method(
        "a_year_later",
        _l("A year later"),
        _l("Read something you wrote long ago, then write to the person you were."),
        Step("then", _l("Then"), _l("What were you busy with when you wrote it? Quote a sentence that stands out.")),
        Step("now", _l("Now"), _l("What do you see today that you couldn't see then?")),
        Step("to_myself", _l("To myself of then"), _l("Write a few lines to the person you were.")),
    ),
    _method(
        "masterclass",
        _l("After a masterclass"),
        _l("Keep what touched you before the week washes it away."),
        Step("question", _l("My question"), _l("With which question did you go in? Did it change?")),
        Step("touched", _l("What touched me"), _l("A sentence, an image or something in you that protested.")),
        Step("will_try", _l("What I will try"), _l("Something you can do in your own work, and with whom.")),
    ),
)
