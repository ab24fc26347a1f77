"""Evidence as an entry: the story first, then what kind of thing it is."""

from __future__ import annotations

from portfolio.entries.fields import Choice, Links, Prose
from portfolio.entries.kinds import Kind, LinkType, field
from portfolio.i18n import lazy_gettext as _l


class Evidence(Kind):
    """Something that shows what a person does: a moment, a thing made, words of others."""

    name = "evidence"
    label = _l("Evidence")
    label_plural = _l("Evidence")
    mark = "evidence"
    title_label = _l("What would you call this?")
    title_help = _l("A few words by which you will know it again in three years.")
    day_label = _l("When was it?")
    links = (LinkType("shows", "goal", _l("Shows this goal"), _l("Shown by")),)

    story: Prose = field(
        _l("What happened?"),
        help=_l("Tell it as a small scene: where you were, what you did, what someone said. No names of pupils."),
        rows=12,
    )
    evidence_kind: Choice = field(
        _l("What is it?"),
        required=False,
        choices=(
            ("noticed_moment", _l("A moment I noticed")),
            ("product", _l("Something I made or helped make")),
            ("feedback", _l("What somebody told me")),
            ("recognition", _l("A role or trust I was given")),
        ),
    )
    pupils_noticed: Prose = field(
        _l("What did pupils notice?"),
        help=_l("If they noticed anything. “A pupil” is enough; leave out names."),
        required=False,
        rows=4,
    )
    links_out: Links = field(
        _l("Where can it be seen?"),
        help=_l("Addresses on the web, if there are any. Check that a reader may open them."),
        required=False,
    )
