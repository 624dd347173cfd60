"""Prints a document to a tagged PDF with a headless browser (Chromium, Chrome or Edge), where the
machine has one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
PATIENCE_S = 60.0


class CannotPrint(Exception):
    """No PDF could be made; the message says why and what to do instead."""


def browser() -> str:
    """The path of one. Raises CannotPrint."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        said = (
            "a PDF is printed by Chromium, Chrome or Edge, and "
            "this machine has none of them on its PATH"
        )
        raise CannotPrint(f"{said}; install one, or take --out FILE.pptx and print that")
    return found


def pdf(document: str) -> bytes:
    """The PDF of an HTML document that loads nothing from anywhere. Raises CannotPrint."""
    program = browser()
    with tempfile.TemporaryDirectory(prefix="board-print-") as folder:
        page, out = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(document, encoding="utf-8")
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            "--export-tagged-pdf",
            "--generate-pdf-document-outline",
            f"--print-to-pdf={out}",
            page.as_uri(),
        ]
        if os.geteuid() == 0:
            command.insert(
                1, "--no-sandbox"
            )  # its sandbox refuses root; the page is the board's own and loads nothing
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CannotPrint(f"{program} did not print: {error}") from error
        if not out.is_file():
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise CannotPrint(
                f"{program} did not print: "
                f"{said[-1] if said else f'it ended with {done.returncode}'}"
            )
        return out.read_bytes()
