"""`board`: the table of its commands. A command's module is imported only when the command is used,
so that all commands start fast.
"""

from __future__ import annotations

import importlib
from typing import cast

import click

__all__ = ["main"]

ROOM = "dashboard.cli"
TABLE = {
    "run": ("serve", "Run the whole board on this machine."),
    "web": ("web", "Run one web worker."),
    "ingest": ("serve", "Take events from the log into the history."),
    "engine": ("serve", "Compute figures and publish what changed."),
    "simulate": ("sending", "Make the demo city: two years back, then live."),
    "replay": ("sending", "Send a file's events again, with their spacing."),
    "publish": ("sending", "Send the events of an NDJSON file."),
    "import": ("importing", "Import a spreadsheet (CSV, XLSX) through a mapping."),
    "kpis": ("figures", "Show the figures of an area and period."),
    "remarks": ("remarks", "List, make and withdraw remarks on figures; rebase limits."),
    "freeze": ("reviewing", "Fix a quarter's figures for its review, or check a freeze."),
    "report": ("reporting", "Write a quarter's review as slides, workbook, PDF or CSV."),
    "alerts": ("alerts", "Suggest bounds for alert rules from the history."),
    "backup": ("backing_up", "Write all that a board can't do without into one file."),
    "restore": ("backing_up", "Make a data folder from a backup."),
    "upgrade": ("upgrading", "Upgrade a history that an older version made; back it up first."),
    "audit": ("checking", "Recompute every figure from the raw events and compare."),
    "doctor": ("checking", "Say what is configured, reachable, behind, full, and what to do."),
    "accounts": ("accounts", "Add, change and disable the accounts of people."),
    "tokens": (
        "access",
        "Give, renew and revoke the tokens of offices and programs.",
    ),
}
HIDDEN = {"core": "serve"}  # ingest and engine in one process, as `board run` starts them


class Commands(click.Group):
    """Knows its commands' names and one line on each; the commands themselves are loaded one by
    one.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        home = TABLE[cmd_name][0] if cmd_name in TABLE else HIDDEN.get(cmd_name)
        if home is None:
            return None
        module = importlib.import_module(f"{ROOM}.{home}")
        return cast(click.Command, getattr(module, f"{cmd_name}_command"))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in TABLE.items()])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(TABLE)


@click.group(
    cls=Commands,
    commands={name: click.Command(name, short_help=text) for name, (_, text) in TABLE.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="board", prog_name="board")
def main() -> None:
    """A city's live operations board.

    `board run` starts everything; `board doctor` says how it is.
    """
