"""Prints a document to a tagged PDF with a headless browser (Chromium, Chrome or Edge), where the
machine has one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from feeds.city.words import Text, Worded

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


class CannotPrint(Worded):
    """No PDF could be made; the message says why and what to do instead."""


def browser() -> str:
    """The path of one. Raises CannotPrint."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        said = Text(
            "PDF 由 Chromium、Chrome 或 Edge 打印，本机 PATH 上一个也没有；"
            "请安装其中一个，或改用 --out FILE.pptx 再打印",
            "a PDF is printed by Chromium, Chrome or Edge, and this machine has none of them "
            "on its PATH; install one, or take --out FILE.pptx and print that",
        )
        raise CannotPrint(said)
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
            raise _did_not_print(program, str(error)) from error
        if not out.is_file():
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise _did_not_print(program, _reason(said) or f"exit code {done.returncode}")
        return out.read_bytes()


def _reason(said: list[str]) -> str:
    """The line that says why: what follows a word on the sandbox is a list of addresses."""
    about = (line for line in said if "sandbox" in line.lower())
    return next(about, said[-1] if said else "")


def _did_not_print(program: str, why: str) -> CannotPrint:
    if "sandbox" in why.lower():
        said = Text(
            f"{program} 没有打印成功，因为这台机器不给它沙箱：{why}；请安装 chromium-sandbox",
            f"{program} did not print, because this machine gives it no sandbox: {why}; "
            "install chromium-sandbox",
        )
        return CannotPrint(said)
    return CannotPrint(Text(f"{program} 没有打印成功：{why}", f"{program} did not print: {why}"))
