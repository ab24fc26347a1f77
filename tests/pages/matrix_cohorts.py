"""Who gets what of cohorts: a school's own, one in which another school takes part, and one it was asked for.

The other school ("elsewhere" administers it) takes part in `cohort`, whose home is `school`; `school` was asked for
`theirs`, whose home is the other school. Each touches its own people alone, and only the home what is on.
"""

from __future__ import annotations

from tests.pages.matrix import Row

HOME = "in  404 404 404 404 404 200 404 404"
HOME_POST = "401 404 404 404 404 404 303 404 404"
OTHER = "in  404 404 404 404 404 404 200 404"
OTHER_POST = "401 404 404 404 404 404 404 303 404"
NOBODY = "in  404 404 404 404 404 404 404 404"
NOBODY_POST = "401 404 404 404 404 404 404 404 404"
COHORT = "/s/{school}/cohorts/{cohort}"
GUEST = "/s/{other_school}/cohorts/{cohort}"
ASKED = "/s/{school}/cohorts/{theirs}"
END = {"last_day": "{today}"}
PUT_IN = {"person": "{member}", "role": "coach", "since": "{today}"}
ARRANGED = {"consent": "Besluit 13", "consent_day": "{today}", "dpia": "", "dpia_day": "{later}",
            "processing": "7", "processing_day": "{today}"}  # fmt: skip

# fmt: off
ROWS = [
    Row("GET", "/s/{school}/cohorts", HOME),
    Row("POST", "/s/{school}/cohorts", HOME_POST, {"name": "Delen 2", "since": "{today}"}),
    Row("GET", COHORT + "/", HOME),
    Row("GET", COHORT + "/on", HOME),
    Row("GET", COHORT + "/on/vlinders", HOME),
    Row("POST", COHORT + "/on/vlinders", HOME_POST, {"since": "{today}"}),
    # Nothing that isn't a plugin, nor what is on already, nor what can't be set.
    Row("POST", COHORT + "/on/goals", NOBODY_POST, {"since": "{today}"}),
    Row("POST", COHORT + "/on/reigers",              "401 404 404 404 404 404 422 404 404",
        {"since": "{today}", "how_many": "all"}),
    Row("GET", COHORT + "/switches/{switch}/settings", HOME),
    Row("POST", COHORT + "/switches/{switch}/settings", HOME_POST, {"how_many": "all", "pond": "De Vliet"}),
    Row("POST", COHORT + "/switches/{switch}/settings",
                                                     "401 404 404 404 404 404 422 404 404",
        {"how_many": "none"}),
    Row("GET", COHORT + "/switches/{switch}/end", HOME),
    Row("POST", COHORT + "/switches/{switch}/end", HOME_POST, END),
    Row("GET", COHORT + "/arranged", HOME),
    Row("POST", COHORT + "/arranged", HOME_POST, ARRANGED),
    Row("GET", COHORT + "/copy", HOME),
    Row("POST", COHORT + "/copy", HOME_POST, {"name": "Delen 2", "since": "{later}"}),
    Row("GET", COHORT + "/members/new", HOME),
    Row("POST", COHORT + "/members/new", HOME_POST, PUT_IN),
    Row("GET", COHORT + "/members/{cohort_member}/end", HOME),
    Row("POST", COHORT + "/members/{cohort_member}/end", HOME_POST, END),
    Row("POST", COHORT + "/members/{nobody}/end", NOBODY_POST, END),
    Row("GET", COHORT + "/trios/new", HOME),
    Row("POST", COHORT + "/trios/new", HOME_POST,
        {"name": "Drie van ons", "members": ("{cohort_member}", "{second_member}"), "since": "{today}"}),
    Row("GET", COHORT + "/trios/{trio}/end", HOME),
    Row("POST", COHORT + "/trios/{trio}/end", HOME_POST, END),
    Row("GET", COHORT + "/partners/new", HOME),
    Row("POST", COHORT + "/partners/new", HOME_POST, {"school": "{third_school}"}),
    Row("GET", COHORT + "/partners/{partner}/end", HOME),
    Row("POST", COHORT + "/partners/{partner}/end", HOME_POST, END),

    # The school that takes part: its own people and trios, and what is on; nothing else.
    Row("GET", GUEST + "/", OTHER),
    Row("GET", GUEST + "/members/new", OTHER),
    Row("POST", GUEST + "/members/new", OTHER_POST,
        {"person": "{elsewhere}", "role": "participant", "since": "{later}"}),
    Row("POST", GUEST + "/members/new",              "401 404 404 404 404 404 404 422 404", PUT_IN),
    Row("GET", GUEST + "/members/{their_member}/end", OTHER),
    Row("POST", GUEST + "/members/{their_member}/end", OTHER_POST, END),
    Row("GET", GUEST + "/trios/new", OTHER),
    Row("GET", GUEST + "/leave", OTHER),
    Row("POST", GUEST + "/leave", OTHER_POST, END),
    # Neither touches the other's people, nor the guest what is on.
    Row("GET", COHORT + "/members/{their_member}/end", NOBODY),
    Row("POST", COHORT + "/members/{their_member}/end", NOBODY_POST, END),
    Row("POST", COHORT + "/members/new",             "401 404 404 404 404 404 422 404 404",
        {"person": "{elsewhere}", "role": "participant", "since": "{later}"}),
    Row("POST", COHORT + "/trios/new",               "401 404 404 404 404 404 422 404 404",
        {"name": "Samen", "members": ("{cohort_member}", "{their_member}"), "since": "{today}"}),
    Row("GET", GUEST + "/members/{cohort_member}/end", NOBODY),
    Row("POST", GUEST + "/members/{cohort_member}/end", NOBODY_POST, END),
    Row("GET", GUEST + "/trios/{trio}/end", NOBODY),
    Row("POST", GUEST + "/trios/{trio}/end", NOBODY_POST, END),
    Row("GET", GUEST + "/on", NOBODY),
    Row("GET", GUEST + "/on/vlinders", NOBODY),
    Row("POST", GUEST + "/on/vlinders", NOBODY_POST, {"since": "{today}"}),
    Row("GET", GUEST + "/switches/{switch}/settings", NOBODY),
    Row("POST", GUEST + "/switches/{switch}/settings", NOBODY_POST, {"how_many": "all"}),
    Row("GET", GUEST + "/switches/{switch}/end", NOBODY),
    Row("POST", GUEST + "/switches/{switch}/end", NOBODY_POST, END),
    Row("GET", GUEST + "/arranged", NOBODY),
    Row("POST", GUEST + "/arranged", NOBODY_POST, ARRANGED),
    Row("GET", GUEST + "/copy", NOBODY),
    Row("POST", GUEST + "/copy", NOBODY_POST, {"name": "Delen 2", "since": "{later}"}),
    Row("GET", GUEST + "/partners/new", NOBODY),
    Row("POST", GUEST + "/partners/new", NOBODY_POST, {"school": "{third_school}"}),
    Row("GET", GUEST + "/partners/{partner}/end", NOBODY),
    Row("POST", GUEST + "/partners/{partner}/end", NOBODY_POST, END),
    Row("GET", COHORT + "/leave", NOBODY),
    Row("POST", COHORT + "/leave", NOBODY_POST, END),

    # The school that was asked reads what it would say yes to, and no more before it did.
    Row("GET", ASKED + "/", HOME),
    Row("POST", ASKED + "/accept", HOME_POST),
    Row("POST", ASKED + "/decline", HOME_POST),
    Row("GET", ASKED + "/members/new", NOBODY),
    Row("POST", ASKED + "/members/new", NOBODY_POST, PUT_IN),
    Row("GET", ASKED + "/trios/new", NOBODY),
    Row("GET", ASKED + "/leave", NOBODY),
    Row("POST", ASKED + "/leave", NOBODY_POST, END),
    # Nobody answers twice, or for another school.
    Row("POST", GUEST + "/accept", NOBODY_POST),
    Row("POST", COHORT + "/decline", NOBODY_POST),
    Row("POST", "/s/{other_school}/cohorts/{theirs}/accept", NOBODY_POST),
    Row("GET", "/s/{third_school}/cohorts/{cohort}/", NOBODY),
    Row("GET", "/s/{other_school}/cohorts/{theirs}/", OTHER),
    Row("POST", "/s/{other_school}/cohorts/{theirs}/switches/{switch}/end", NOBODY_POST, END),
    Row("POST", "/s/{other_school}/cohorts/{theirs}/members/{cohort_member}/end", NOBODY_POST, END),
]
# fmt: on
