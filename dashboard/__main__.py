"""`python -m dashboard` is `board`."""

from __future__ import annotations

from dashboard.cli import main

main(prog_name="board")
