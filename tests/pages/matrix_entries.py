"""Who gets what of what people write: 403 only for what one can see but not do."""

from __future__ import annotations

from tests.pages.matrix import Row

PERSON = "in 200 200 200 200 200 200 200 200"
READERS = "in  200 200 200 404 404 404 404 404"
"""The owner, and those she shares with."""
OWNER = "in  200 404 404 404 404 404 404 404"
"""Nobody else can see that it is there."""
OWNERS = "in  200 403 403 404 404 404 404 404"
"""A page of the owner's about what the coach and the circle can read."""
OWNERS_POST = "401 303 403 403 404 404 404 404 404"
OWNER_POST = "401 303 404 404 404 404 404 404 404"
KEPT_POST = "401 403 404 404 404 404 404 404 404"
NOBODY = "in  404 404 404 404 404 404 404 404"
SHARED = "/p/{owner_portfolio}/goals/{shared}"
PRIVATE = "/p/{owner_portfolio}/goals/{private}"
BINNED = "/p/{owner_portfolio}/goals/{binned}"
KEPT = "/p/{owner_portfolio}/polariteiten/{kept}"
"""Of a plugin that is off here, and shared with the coach before."""
TEXT = {"title": "Anders gezegd", "happened_on": "2026-03-02", "seen": "{shared_number}"}

# fmt: off
READING = [
    #                                                 anon own coa mem col lea adm els boa
    Row("GET", "/",                                  "in  200 200 200 200 302 200 200 302"),
    Row("GET", "/p/{owner_portfolio}/goals/", OWNER),
    Row("GET", "/p/{coach_portfolio}/goals/",        "in  404 200 404 404 404 404 404 404"),
    Row("GET", "/p/{leader_portfolio}/goals/",       "in  404 404 404 404 200 404 404 404"),
    Row("GET", "/p/{owner_portfolio}/visie_missie/", NOBODY),
    Row("GET", SHARED + "/", READERS),
    Row("GET", "/p/{owner_portfolio}/evidence/{evidence}/", READERS),
    Row("GET", "/p/{owner_portfolio}/reflections/{reflection}/", READERS),
    Row("GET", PRIVATE + "/", OWNER),
    Row("GET", BINNED + "/", OWNER),
    Row("GET", "/p/{leader_portfolio}/goals/{leaders_own}/",
                                                     "in  404 404 404 404 200 404 404 404"),
    Row("GET", "/p/{coach_portfolio}/goals/{shared}/", NOBODY),
    Row("GET", "/p/{owner_portfolio}/evidence/{shared}/", NOBODY),
    Row("GET", "/p/{owner_portfolio}/goals/{nobody}/", NOBODY),
    Row("GET", SHARED + "/descent", READERS),
    Row("GET", PRIVATE + "/descent", OWNER),
    Row("GET", SHARED + "/readings", OWNERS),
    Row("GET", PRIVATE + "/readings", OWNER),
    Row("GET", "/readings", PERSON),
    Row("GET", "/shared", PERSON),
    Row("GET", "/view-as", PERSON),
    Row("GET", "/kept", PERSON),
    Row("GET", "/p/{owner_portfolio}/polariteiten/", OWNER),
    Row("GET", "/p/{coach_portfolio}/polariteiten/", NOBODY),
    Row("GET", KEPT + "/", OWNER),
    Row("GET", KEPT + "/descent", OWNER),
    Row("GET", KEPT + "/readings", OWNER),
    Row("GET", "/files/{file}", READERS),
    Row("GET", "/files/{locked}", OWNER),
    Row("GET", "/files/{nobody}", NOBODY),
    # What she handed over her leader reads, and nobody else: not her coach, nor whom she shares the entry with.
    Row("GET", "/files/handed-over/{handed_file}",   "in  200 404 404 404 200 404 404 404"),
    Row("GET", "/files/handed-over/{kept_back}", OWNER),
    Row("GET", "/files/handed-over/{file}", NOBODY),
    Row("GET", "/files/handed-over/{nobody}", NOBODY),
    Row("GET", "/handed-over", PERSON),
]

WRITING = [
    #                                                 anon own coa mem col lea adm els boa
    Row("GET", "/p/{owner_portfolio}/goals/new/goal", OWNER),
    Row("POST", "/p/{owner_portfolio}/goals/new/goal", OWNER_POST, TEXT),
    Row("GET", "/p/{owner_portfolio}/goals/new/evidence", NOBODY),
    Row("GET", "/p/{leader_portfolio}/goals/new/goal",
                                                     "in  404 404 404 404 200 404 404 404"),
    Row("GET", SHARED + "/edit", OWNERS),
    Row("GET", PRIVATE + "/edit", OWNER),
    Row("GET", BINNED + "/edit", NOBODY),
    Row("POST", SHARED + "/edit", OWNERS_POST, TEXT),
    Row("POST", PRIVATE + "/edit", OWNER_POST, TEXT | {"seen": "1"}),
    Row("POST", SHARED + "/state", OWNERS_POST, {"state": "reached", "reason": "Het staat."}),
    Row("POST", PRIVATE + "/state", OWNER_POST, {"state": "reached"}),
    Row("GET", SHARED + "/texts", OWNERS),
    Row("GET", PRIVATE + "/texts", OWNER),
    Row("GET", SHARED + "/texts/1", OWNERS),
    Row("GET", SHARED + "/texts/99",                 "in  404 403 403 404 404 404 404 404"),
    Row("GET", PRIVATE + "/texts/1", OWNER),
    Row("POST", SHARED + "/texts/1/restore", OWNERS_POST),
    Row("POST", PRIVATE + "/texts/1/restore", OWNER_POST),
    Row("POST", SHARED + "/texts/erase", OWNERS_POST),
    Row("POST", PRIVATE + "/texts/erase", OWNER_POST),
    Row("GET", SHARED + "/delete", OWNERS),
    Row("GET", PRIVATE + "/delete", OWNER),
    Row("POST", SHARED + "/delete", OWNERS_POST),
    Row("POST", PRIVATE + "/delete", OWNER_POST),
    # What is kept is read and deleted; there is nothing new to it.
    Row("GET", "/p/{owner_portfolio}/polariteiten/new/polarity", NOBODY),
    Row("GET", KEPT + "/edit",                       "in  403 404 404 404 404 404 404 404"),
    Row("POST", KEPT + "/edit", KEPT_POST, TEXT | {"seen": "1"}),
    Row("POST", KEPT + "/state", KEPT_POST, {"state": "reached"}),
    Row("GET", KEPT + "/texts", OWNER),
    Row("GET", KEPT + "/texts/1", OWNER),
    Row("POST", KEPT + "/texts/1/restore", KEPT_POST),
    Row("POST", KEPT + "/texts/erase", OWNER_POST),
    Row("GET", KEPT + "/delete", OWNER),
    Row("POST", KEPT + "/delete", OWNER_POST),
    Row("POST", KEPT + "/files", KEPT_POST, {"alt": "", "pupils": "no"}, file="file"),
    Row("POST", KEPT + "/shares", KEPT_POST, {"target": "", "address": "lotte@example.org"}),
    Row("POST", KEPT + "/shares/{kept_share}/end", OWNER_POST),
    Row("POST", KEPT + "/comments", KEPT_POST, {"kind": "question", "body": "Wat zag je toen?"}),
    Row("GET", "/bin", PERSON),
    Row("POST", "/bin/{binned}/back", OWNER_POST),
    Row("POST", "/bin/{binned}/erase", OWNER_POST),
    # Her leader reads the first, and takes nothing back.
    Row("POST", "/handed-over/{snapshot_handed_file}/take-back",
                                                     "401 303 404 404 404 403 404 404 404"),
    Row("POST", "/handed-over/{snapshot_kept_back}/take-back", OWNER_POST),
    Row("POST", "/handed-over/{nobody}/take-back",   "401 404 404 404 404 404 404 404 404"),
    # What is not in the bin is neither taken back nor erased from there.
    Row("POST", "/bin/{private}/erase",              "401 404 404 404 404 404 404 404 404"),
]

SHARING = [
    #                                                 anon own coa mem col lea adm els boa
    Row("POST", SHARED + "/shares", OWNERS_POST, {"target": "", "address": "lotte@example.org"}),
    Row("POST", PRIVATE + "/shares",                 "401 422 404 404 404 404 404 404 404",  # its file is locked
        {"target": "", "address": "lotte@example.org"}),
    Row("POST", SHARED + "/shares/{share}/end", OWNERS_POST),
    Row("POST", SHARED + "/shares/{share}/confirm", OWNERS_POST),
    Row("POST", KEPT + "/shares/{kept_share}/confirm", KEPT_POST),
    # Her own note to herself is a reflection; those she shares with may write.
    Row("POST", SHARED + "/comments",                "401 422 303 303 404 404 404 404 404",
        {"kind": "question", "body": "Wat zag je toen?"}),
    Row("POST", PRIVATE + "/comments",               "401 422 404 404 404 404 404 404 404",
        {"kind": "question", "body": "Wat zag je toen?"}),
    Row("POST", SHARED + "/comments/{comment}/reply",
                                                     "401 303 303 404 404 404 404 404 404",
        {"body": "Dat iemand anders begon."}),
    Row("POST", SHARED + "/comments/{members}/reply",
                                                     "401 303 404 303 404 404 404 404 404",
        {"body": "Dat iemand anders begon."}),
    Row("POST", PRIVATE + "/comments/{comment}/reply",
                                                     "401 404 404 404 404 404 404 404 404",
        {"body": "Dat iemand anders begon."}),
    Row("POST", SHARED + "/comments/{comment}/read", OWNERS_POST),
    Row("POST", SHARED + "/comments/{comment}/unread", OWNERS_POST),
    Row("POST", SHARED + "/comments/{comment}/hide", OWNERS_POST),
    Row("POST", SHARED + "/comments/{comment}/show", OWNERS_POST),
    Row("POST", PRIVATE + "/comments/{comment}/hide",
                                                     "401 404 404 404 404 404 404 404 404"),
    Row("POST", SHARED + "/comments/{comment}/take-back",
                                                     "401 404 303 404 404 404 404 404 404"),
    # It has been answered, so it stays.
    Row("POST", SHARED + "/comments/{thread}/take-back",
                                                     "401 404 422 404 404 404 404 404 404"),
    Row("POST", SHARED + "/files", OWNERS_POST, {"alt": "", "pupils": "no"}, file="file"),
    Row("POST", PRIVATE + "/files", OWNER_POST, {"alt": "", "pupils": "no"}, file="file"),
    Row("POST", SHARED + "/files/{file}", OWNERS_POST, {"pupils": "no"}),
    Row("POST", SHARED + "/files/{file}", OWNERS_POST, {"do": "remove"}),
    Row("POST", PRIVATE + "/files/{locked}", OWNER_POST, {"pupils": "no"}),
    Row("POST", PRIVATE + "/files/{file}",           "401 404 404 404 404 404 404 404 404", {"do": "remove"}),
    Row("POST", PRIVATE + "/files/{file}",           "401 404 404 404 404 404 404 404 404", {"pupils": "yes"}),
]
# fmt: on

ROWS = [*READING, *WRITING, *SHARING]
