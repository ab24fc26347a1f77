"""Who gets what of accounts, doors, circles, coaches, leaders and schools."""

from __future__ import annotations

from portfolio.testing import PASSWORD
from tests.pages.matrix import Row

NEW = "vier losse woorden hier"
NEW_TWICE = {"password": NEW, "password_again": NEW}
EVERYBODY = "200 200 200 200 200 200 200 200 200"
EVERYBODY_SENT_ON = "303 303 303 303 303 303 303 303 303"
PERSON = "in 200 200 200 200 200 200 200 200"
PERSON_POST = "401 303 303 303 303 303 303 303 303"
NOBODY = "404 404 404 404 404 404 404 404 404"

# fmt: off
DOORS = [
    #                                                 anon own coa mem col lea adm els boa
    Row("GET", "/privacy", EVERYBODY),
    Row("GET", "/healthz", EVERYBODY),
    Row("GET", "/static/base/0/base.css", EVERYBODY),
    Row("GET", "/static/base/0/nothing.css", NOBODY),
    Row("GET", "/sign-in",                           "200 302 302 302 302 302 302 302 302"),
    Row("POST", "/sign-in", EVERYBODY_SENT_ON, {"email": "yara@example.org", "password": PASSWORD}),
    Row("POST", "/sign-out", PERSON_POST),
    Row("POST", "/language", EVERYBODY_SENT_ON, {"language": "nl", "next": "/"}),
    Row("GET", "/forgot", EVERYBODY),
    Row("POST", "/forgot", EVERYBODY_SENT_ON, {"email": "yara@example.org"}),
    Row("GET", "/forgot/sent", EVERYBODY),
    Row("GET", "/recover", EVERYBODY),
    Row("POST", "/recover", EVERYBODY_SENT_ON, {"sign_in_name": "gijs", "code": "{code}", **NEW_TWICE}),
    Row("GET", "/invitation/{invitation}", EVERYBODY),
    Row("POST", "/invitation/{invitation}", EVERYBODY_SENT_ON, {"language": "nl", **NEW_TWICE}),
    Row("POST", "/invitation/{invitation}/decline", EVERYBODY_SENT_ON),
    Row("GET", "/invitation/declined", EVERYBODY),
    # It went to an address that is the account of "board": nobody else can say yes, and nobody gets a password.
    Row("GET", "/invitation/{invitation_known}", EVERYBODY),
    Row("POST", "/invitation/{invitation_known}",    "422 422 422 422 422 422 422 422 422",
        {"language": "nl", **NEW_TWICE}),
    Row("POST", "/invitation/{invitation_known}/join",
                                                     "401 422 422 422 422 422 422 422 303"),
    Row("POST", "/invitation/{invitation}/join",     "401 422 422 422 422 422 422 422 422"),
    Row("POST", "/invitation/{invitation_known}/decline", EVERYBODY_SENT_ON),
    Row("GET", "/invitation/nooit-gemaakt",          "410 410 410 410 410 410 410 410 410"),
    Row("GET", "/reset/{reset}", EVERYBODY),
    Row("POST", "/reset/{reset}", EVERYBODY_SENT_ON, NEW_TWICE),
    Row("GET", "/new-address/{new_address}", EVERYBODY),
    Row("POST", "/new-address/{new_address}", EVERYBODY_SENT_ON),
    Row("GET", "/setup/{setup}", EVERYBODY),
    Row("POST", "/setup/{setup}", EVERYBODY_SENT_ON,
        {"school": "De Derde", "board": "Bestuur", "name": "Wies", "email": "wies@example.org", **NEW_TWICE}),
]

ACCOUNT = [
    Row("GET", "/account", PERSON),
    Row("POST", "/account", PERSON_POST, {"name": "Anders", "language": "nl"}),
    Row("GET", "/account/password", PERSON),
    Row("POST", "/account/password", PERSON_POST, {"current_password": PASSWORD, **NEW_TWICE}),
    Row("GET", "/account/email", PERSON),
    Row("POST", "/account/email", PERSON_POST, {"current_password": PASSWORD, "email": "anders@example.org"}),
    # Everybody here has an e-mail address, so the codes on paper are not for them.
    Row("GET", "/account/recovery-codes",            "in  303 303 303 303 303 303 303 303"),
    Row("POST", "/account/recovery-codes", PERSON_POST, {"current_password": PASSWORD}),
    Row("POST", "/account/recovery/stop", PERSON_POST),
    Row("POST", "/account/browsers/end", PERSON_POST, {"browser": "0" * 24}),
    Row("POST", "/account/browsers/end-all", PERSON_POST),
    Row("GET", "/account/close", PERSON),
    Row("POST", "/account/close", PERSON_POST, {"current_password": PASSWORD, "word": "erase"}),
]

RELATIONS = [
    #                                                 anon own coa mem col lea adm els boa
    Row("GET", "/circles", PERSON),
    Row("POST", "/circles", PERSON_POST, {"name": "Nieuwe kring"}),
    Row("GET", "/circles/{circle}",                  "in  200 404 200 404 404 404 404 404"),
    Row("POST", "/circles/{circle}/invitations",     "401 303 404 303 404 404 404 404 404",
        {"email": "bram@example.org"}),
    Row("POST", "/circles/{circle}/invitations/{invited}/withdraw",
                                                     "401 303 404 404 404 404 404 404 404"),
    Row("POST", "/circles/{circle}/home",            "401 303 404 303 404 404 404 404 404", {"home": ""}),
    Row("POST", "/circles/{circle}/leave",           "401 303 404 303 404 404 404 404 404"),
    Row("POST", "/circles/invitations/{asked}/accept",
                                                     "401 303 404 404 404 404 404 404 404"),
    Row("POST", "/circles/invitations/{asked}/decline",
                                                     "401 303 404 404 404 404 404 404 404"),
    Row("GET", "/coaching", PERSON),
    Row("POST", "/coaching/{proposal}/accept",       "401 303 404 404 404 404 404 404 404"),
    Row("POST", "/coaching/{coaching}/end",          "401 303 404 404 404 404 404 404 404"),
    Row("GET", "/desk",                              "in  404 200 404 404 404 404 404 404"),
    Row("GET", "/desk/{owner}",                      "in  404 200 404 404 404 404 404 404"),
    Row("GET", "/desk/{member}",                     "in  404 404 404 404 404 404 404 404"),
    Row("GET", "/cohorts", PERSON),
    Row("GET", "/together", PERSON),
    Row("POST", "/together/{leadership}",            "401 303 404 404 404 303 404 404 404"),
    Row("GET", "/p/{joint}/together",                "in  200 404 404 404 200 404 404 404"),
    Row("GET", "/leader",                            "in  404 404 404 404 200 303 303 303"),
    Row("GET", "/board",                             "in  404 404 404 404 404 404 404 200"),
]

ADMINISTRATOR = "in  404 404 404 404 404 200 404 404"
ADMINISTRATOR_POST = "401 404 404 404 404 404 303 404 404"
COHORT = "/s/{school}/cohorts/{cohort}"
FILE = "/s/{school}/people/file"
SCHOOL = [
    #                                                 anon own coa mem col lea adm els boa
    Row("GET", "/s/{school}/", ADMINISTRATOR),
    Row("GET", "/s/{other_school}/",                 "in  404 404 404 404 404 404 200 404"),
    Row("GET", "/s/{school}/people/new", ADMINISTRATOR),
    Row("POST", "/s/{school}/people/new", ADMINISTRATOR_POST,
        {"name": "Wies", "email": "wies@example.org", "role": "teacher", "since": "{today}"}),
    Row("GET", FILE, ADMINISTRATOR),
    Row("GET", FILE + "/example", ADMINISTRATOR),
    Row("POST", FILE, ADMINISTRATOR_POST, file="file",
        text="naam;e-mail\nWies;wies@example.org\nZonder;\n"),
    Row("POST", FILE,                                "401 404 404 404 404 404 422 404 404", file="file"),
    Row("GET", FILE + "/{roster}", ADMINISTRATOR),
    Row("GET", FILE + "/{carried_out}", ADMINISTRATOR),
    Row("POST", FILE + "/{roster}/invite", ADMINISTRATOR_POST),
    Row("POST", FILE + "/{carried_out}/undo", ADMINISTRATOR_POST),
    # Nothing to take back yet.
    Row("POST", FILE + "/{roster}/undo",             "401 404 404 404 404 404 422 404 404"),
    *(Row("GET", f"/s/{{other_school}}/people/file/{{{name}}}", "in  404 404 404 404 404 404 404 404")
      for name in ("roster", "carried_out")),
    Row("POST", "/s/{other_school}/people/file/{roster}/invite",
                                                     "401 404 404 404 404 404 404 404 404"),
    Row("POST", "/s/{other_school}/people/file/{carried_out}/undo",
                                                     "401 404 404 404 404 404 404 404 404"),
    Row("GET", "/s/{school}/people/{owner}", ADMINISTRATOR),
    Row("GET", "/s/{school}/people/{elsewhere}",     "in  404 404 404 404 404 404 404 404"),
    Row("GET", "/s/{other_school}/people/{owner}",   "in  404 404 404 404 404 404 404 404"),
    Row("POST", "/s/{school}/people/{owner}/roles", ADMINISTRATOR_POST, {"role": "coach", "since": "{today}"}),
    Row("POST", "/s/{other_school}/people/{owner}/roles",
                                                     "401 404 404 404 404 404 404 404 404",
        {"role": "coach", "since": "{today}"}),
    Row("POST", "/s/{school}/people/{owner}/roles/{owner_role}/end", ADMINISTRATOR_POST,
        {"end-{owner_role}-last_day": "{today}"}),
    Row("POST", "/s/{school}/people/{member}/roles/{owner_role}/end",
                                                     "401 404 404 404 404 404 404 404 404",
        {"end-{owner_role}-last_day": "{today}"}),
    Row("POST", "/s/{other_school}/people/{owner}/roles/{owner_role}/end",
                                                     "401 404 404 404 404 404 404 404 404",
        {"end-{owner_role}-last_day": "{today}"}),
    Row("POST", "/s/{school}/people/{newcomer}/invitation", ADMINISTRATOR_POST),
    Row("GET", "/s/{school}/people/{newcomer}/correct", ADMINISTRATOR),
    Row("POST", "/s/{school}/people/{newcomer}/correct", ADMINISTRATOR_POST,
        {"name": "Noor", "email": "noor.nieuw@example.org"}),
    Row("GET", "/s/{other_school}/people/{newcomer}/correct",
                                                     "in  404 404 404 404 404 404 404 404"),
    Row("POST", "/s/{other_school}/people/{newcomer}/correct",
                                                     "401 404 404 404 404 404 404 404 404",
        {"name": "Noor", "email": "noor.nieuw@example.org"}),
    Row("POST", "/s/{school}/people/{newcomer}/remove", ADMINISTRATOR_POST),
    Row("POST", "/s/{other_school}/people/{newcomer}/remove",
                                                     "401 404 404 404 404 404 404 404 404"),
    # An account that has been used: its owner alone has the way in.
    Row("GET", "/s/{school}/people/{owner}/correct", "in  404 404 404 404 404 403 404 404"),
    Row("POST", "/s/{school}/people/{owner}/correct",
                                                     "401 404 404 404 404 404 403 404 404",
        {"name": "Fenna", "email": "mirjam.twee@example.org"}),
    Row("POST", "/s/{school}/people/{owner}/remove", "401 404 404 404 404 404 403 404 404"),
    Row("POST", "/s/{school}/people/{owner}/invitation",
                                                     "401 404 404 404 404 404 403 404 404"),
    Row("POST", "/s/{other_school}/people/{newcomer}/invitation",
                                                     "401 404 404 404 404 404 404 404 404"),
    # The code to hand over is on the page itself: it is shown once.
    Row("POST", "/s/{school}/people/{paper}/reset",  "401 404 404 404 404 404 200 404 404"),
    Row("POST", "/s/{school}/people/{owner}/reset",  "401 404 404 404 404 404 422 404 404"),
    Row("POST", "/s/{other_school}/people/{paper}/reset",
                                                     "401 404 404 404 404 404 404 404 404"),
    Row("GET", "/s/{school}/leaders", ADMINISTRATOR),
    # First what it ends, on a page of its own; then it is saved.
    Row("POST", "/s/{school}/leaders",               "401 404 404 404 404 404 200 404 404",
        {"leader": "{colleague}", "teacher": "{member}", "since": "{today}"}),
    Row("POST", "/s/{school}/leaders", ADMINISTRATOR_POST,
        {"leader": "{colleague}", "teacher": "{member}", "since": "{today}",
         "understood": "{colleague} {member} {today} "}),
    Row("POST", "/s/{school}/leaders/{leadership}/end", ADMINISTRATOR_POST,
        {"end-{leadership}-last_day": "{today}"}),
    Row("POST", "/s/{other_school}/leaders/{leadership}/end",
                                                     "401 404 404 404 404 404 404 404 404",
        {"end-{leadership}-last_day": "{today}"}),
    Row("GET", "/s/{school}/coaches", ADMINISTRATOR),
    Row("POST", "/s/{school}/coaches", ADMINISTRATOR_POST,
        {"coach": "{coach}", "teacher": "{member}", "since": "{today}"}),
    Row("POST", "/s/{school}/coaches/{coaching}/end", ADMINISTRATOR_POST, {"end-{coaching}-last_day": "{today}"}),
    Row("POST", "/s/{other_school}/coaches/{coaching}/end",
                                                     "401 404 404 404 404 404 404 404 404",
        {"end-{coaching}-last_day": "{today}"}),
    Row("GET", "/s/{school}/settings", ADMINISTRATOR),
    Row("POST", "/s/{school}/settings", ADMINISTRATOR_POST, {"name": "De Nieuwe Brug", "theme": "base"}),
    Row("GET", "/s/{school}/schools/new", ADMINISTRATOR),
    Row("POST", "/s/{school}/schools/new", ADMINISTRATOR_POST, {"name": "De Tweede Brug", "theme": "base"}),
]
# fmt: on

ROWS = [*DOORS, *ACCOUNT, *RELATIONS, *SCHOOL]
