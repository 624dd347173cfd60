"""The grid's library: 2 MB that are loaded only when a reader opens a table (decision 0015). Dash
alone would load it with every document.
"""

from __future__ import annotations

from pathlib import Path

import dash_ag_grid
from dash.fingerprint import build_fingerprint

NAME = "dash_ag_grid.min.js"
FILES = (NAME, "async-community.js")  # the other edition needs a licence


def brought_when_asked() -> str:
    """The address of the library; from now on Dash serves it and names it in no document."""
    dash_ag_grid._js_dist[:] = [
        script | {"dynamic": True} if script["relative_package_path"] == NAME else script
        for script in dash_ag_grid._js_dist
        if script["relative_package_path"] in FILES
    ]
    file = Path(dash_ag_grid.__file__).with_name(NAME)
    named = build_fingerprint(NAME, dash_ag_grid.__version__, int(file.stat().st_mtime))
    return f"/_dash-component-suites/dash_ag_grid/{named}"
