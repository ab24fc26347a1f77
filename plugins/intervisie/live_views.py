"""The live session: its steps one by one, with everybody at their own screen."""

from __future__ import annotations

import uuid
from typing import Any

from portfolio_plugins.intervisie.routes import SESSION, blueprint

from portfolio.access import MEMBER, needs
from portfolio.web import see


@blueprint.get(f"{SESSION}/live")
@needs(MEMBER)
def live(portfolio: uuid.UUID, session: uuid.UUID) -> Any:
    """The session as it goes on."""
    return see("intervisie.session", portfolio=portfolio, session=session)
