"""The one kind of news: something waits in a group. It names no group and nobody, and no mail says even this."""

from __future__ import annotations

from portfolio.contributions import NoticeKind
from portfolio.i18n import lazy_gettext as _l

WAITS = NoticeKind(
    "intervisie.waits",
    _l("Something is planned or changed in intervisie"),
    _l("Something is waiting for you in your portfolio"),
    endpoint="intervisie.group",
    rhythm="now",
)
