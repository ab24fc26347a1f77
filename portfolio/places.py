"""Where plugins and themes lie: inside an installed package, beside it in a checkout, and where the operator says."""

import os
from pathlib import Path

PACKAGE = Path(__file__).parent


def plugin_folders() -> list[Path]:
    """Return the folders that hold folder plugins: the bundled ones first, then those of PORTFOLIO_PLUGIN_PATH.

    Raises NotADirectoryError when PORTFOLIO_PLUGIN_PATH names what is no folder.
    """
    return _folders("plugins", "PORTFOLIO_PLUGIN_PATH")


def theme_folders() -> list[Path]:
    """Return the folders that hold themes: the bundled ones first, then those of PORTFOLIO_THEME_PATH.

    Raises NotADirectoryError when PORTFOLIO_THEME_PATH names what is no folder.
    """
    return _folders("themes", "PORTFOLIO_THEME_PATH")


def _folders(name: str, variable: str) -> list[Path]:
    bundled = PACKAGE / "_bundled" / name
    if not (PACKAGE / "_bundled").is_dir():
        bundled = PACKAGE.parent / name
    named = [Path(entry).resolve() for entry in os.environ.get(variable, "").split(os.pathsep) if entry]
    for folder in named:
        if not folder.is_dir():
            raise NotADirectoryError(f"{variable} names {folder}, which is no folder")
    return list(dict.fromkeys([*([bundled] if bundled.is_dir() else []), *named]))
