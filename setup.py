"""Say what goes into the wheel; everything else about the distribution is in setup.cfg.

The package goes in whole, with its templates and translations, but without its tests. In a checkout the plugins and
themes lie beside it; top-level `plugins` and `themes` would collide in site-packages, so a wheel carries them in
`portfolio/_bundled/`, where `portfolio/places.py` looks first.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
WHERE = {"portfolio": "portfolio", "plugins": "portfolio/_bundled/plugins", "themes": "portfolio/_bundled/themes"}


def left_out(folder: str, names: list[str]) -> set[str]:
    """The tests, but not those that `portfolio plugin new` copies for a new plugin."""
    scaffold = Path(folder).is_relative_to(HERE / "portfolio" / "scaffold")
    return {name for name in names if name == "__pycache__" or (name == "tests" and not scaffold)}


class CopyFolders(build_py):
    """Copy the three folders as they are, from nothing, so that no deleted plugin survives in build/."""

    def run(self) -> None:
        if self.editable_mode:
            return
        shutil.rmtree(self.build_lib, ignore_errors=True)
        for source, target in WHERE.items():
            if (HERE / source).is_dir():
                shutil.copytree(HERE / source, Path(self.build_lib, target), ignore=left_out)


setup(cmdclass={"build_py": CopyFolders})
