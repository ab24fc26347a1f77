"""Put the bundled plugins and themes into the wheel; everything else about the distribution is in setup.cfg.

In a checkout they are two folders beside the package. Top-level `plugins` and `themes` would collide in
site-packages, so a wheel carries them in `portfolio/_bundled/`, where `portfolio/places.py` looks first.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithPlugins(build_py):
    """Build the package from nothing, so that no deleted plugin survives, and add the two folders."""

    def run(self) -> None:
        if self.editable_mode:
            return super().run()
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
        for name in ("plugins", "themes"):
            if (source := Path(__file__).parent / name).is_dir():
                target = Path(self.build_lib, "portfolio", "_bundled", name)
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "tests", ".*"))


setup(cmdclass={"build_py": BuildWithPlugins})
