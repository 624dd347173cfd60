"""Makes the history of an early version of the board: a city of three towns, two quarters, with
freezes (one superseded), remarks, a rebase, commitments, alerts, a silence and tokens.

It is run by a checkout of that version (2c516e6), with its path as PYTHONPATH:
`python make_2c516e6.py EVENTS.ndjson PROFILE.toml FOLDER`. The folder is kept as 2c516e6.tar.xz.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

PORT = 8199
ADDRESS = f"http://127.0.0.1:{PORT}"


def board(*args: str) -> str:
    command = [sys.executable, "-m", "dashboard", *args, "--data", str(FOLDER)]
    command += ["--profile", str(PROFILE)]
    done = subprocess.run(command, capture_output=True, text=True)
    print(" ".join(args[:3]), done.returncode, done.stdout[-300:], done.stderr[-600:], flush=True)
    return done.stdout


ALERTS = """
import sys, time
from pathlib import Path
from dashboard import alarms, services, settings, tokens
loaded = services.open_services(settings.Settings(data=Path(sys.argv[1]), profile=sys.argv[2]))
office = next(one for one in tokens.Tokens(Path(sys.argv[1])).all() if one.kind == 'edit')
for _ in range(120):
    standing = alarms.standing(loaded)
    firing = [one for one in standing.alerts if one.state == 'firing'] if standing else []
    if firing:
        break
    time.sleep(0.5)
print(firing)
print(alarms.acknowledge(loaded, firing[0].id, office))
asked = {'rule': 'incidents-overdue', 'area': '990001', 'hours': '24', 'reason': '演练'}
print(alarms.silence(loaded, asked, office))
"""
EVENTS, PROFILE, FOLDER = (Path(one).resolve() for one in sys.argv[1:4])
FOLDER.mkdir(parents=True)
lines = EVENTS.read_text(encoding="utf-8").splitlines()
early = FOLDER.parent / "early.ndjson"
late = FOLDER.parent / "late.ndjson"
of_q2 = [n for n, line in enumerate(lines) if '"time":"2026-06' in line.replace(" ", "")]
held = set(of_q2[::9])
early.write_text("\n".join(line for n, line in enumerate(lines) if n not in held) + "\n", "utf-8")
late.write_text("\n".join(lines[n] for n in sorted(held)) + "\n", "utf-8")
tokens = {}
for name, kind, area in (
    ("city-source", "ingest", ""),
    ("东镇", "view", "990001001"),
    ("指挥中心", "edit", ""),
    ("观看", "view", ""),
    ("大屏一", "wall", ""),
):
    more = ["--area", area] if area else []
    tokens[name] = board("tokens", "add", name, "--kind", kind, *more).strip().split()[-1]
where = ["--data", str(FOLDER), "--profile", str(PROFILE), "--port", str(PORT)]
run = subprocess.Popen([sys.executable, "-m", "dashboard", "run", "--no-demo", *where])
try:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{ADDRESS}/readyz", timeout=5)
            break
        except OSError:
            time.sleep(0.2)
    board("publish", str(early))
    time.sleep(5)
    board("freeze", "2026Q2", "--by", "指挥中心")
    board("publish", str(late))
    time.sleep(5)
    board("freeze", "2026Q2", "--by", "指挥中心", "--again")
    board("freeze", "2026Q3", "--by", "指挥中心")
    board(
        "remarks",
        "add",
        "集中整治行动",
        "--kpi",
        "incidents.reported",
        "--kind",
        "campaign",
        "--day",
        "2026-07-06",
        "--to",
        "2026-07-12",
        "--by",
        "指挥中心",
    )
    board(
        "remarks",
        "add",
        "接入新系统",
        "--kpi",
        "disputes.accepted",
        "--kind",
        "rebase",
        "--day",
        "2026-08-03",
        "--reason",
        "新系统上线",
        "--by",
        "指挥中心",
    )
    subprocess.run(
        [
            sys.executable,
            "-c",
            COMMIT := """
import sys
from pathlib import Path
from dashboard import services, settings, reviews
from feeds import commitbook, profile
loaded = services.open_services(settings.Settings(data=Path(sys.argv[1]), profile=sys.argv[2]))
for town, kpi, target in (("990001001", "incidents.closure_rate", "97.5"), ("990001002", "disputes.success_rate", "90")):
    asked = {"quarter": "2026Q2", "town": town, "kpi": kpi, "due": "2026-09-30", "target": target}
    print(reviews.commit(loaded, commitbook.draft(asked, loaded.profile), "指挥中心"))
""",
            str(FOLDER),
            str(PROFILE),
        ],
        check=False,
    )
    subprocess.run([sys.executable, "-c", ALERTS, str(FOLDER), str(PROFILE)], check=True)
    time.sleep(3)
finally:
    run.terminate()
    run.wait()
(FOLDER / "made.json").write_text(
    json.dumps({"tokens": tokens}, ensure_ascii=False, indent=1), "utf-8"
)
