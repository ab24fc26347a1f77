"""Making PDFs changes nothing for what is uploaded in the same process."""

from __future__ import annotations

import subprocess
import sys


def test_a_picture_cut_short_is_refused_also_after_a_pdf_was_made() -> None:
    said = (
        "from PIL import ImageFile; from portfolio.exchange import printing;"
        " assert printing.why_no_printer() == ''; print(ImageFile.LOAD_TRUNCATED_IMAGES)"
    )
    run = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False"]
