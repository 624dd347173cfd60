"""Writes the browser files of assets/vendor again from their npm packages. `renew_vendored.py`
takes the versions of deploy/vendored.toml, and fails where a package is not what was pinned;
`renew_vendored.py socket.io-client@4.9.0` takes another version and pins that one.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import inventory
from inventory import Vendored

LICENCES = inventory.VENDOR / "LICENSES.md"
WRAPPERS = {
    "": "{text}",
    "locale": "/* {package} {version}, {path}, wrapped to register itself */\n"
    "(function (module) {{\n{text}\n"
    "if (typeof Plotly === 'undefined') (window.PlotlyLocales = window.PlotlyLocales || [])"
    ".push(module.exports);\nelse Plotly.register(module.exports);\n}})({{}});\n",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wanted", nargs="*", metavar="PACKAGE@VERSION")
    wanted = dict(text.rsplit("@", 1) for text in parser.parse_args(arguments).wanted)
    before = inventory.vendored()
    if unknown := wanted.keys() - {one.package for one in before}:
        parser.error(f"not in {inventory.VENDORED.name}: {', '.join(sorted(unknown))}")
    after = [renewed(one, wanted.get(one.package, one.version)) for one in before]
    inventory.VENDORED.write_text(listed(after), encoding="utf-8")
    said = LICENCES.read_text(encoding="utf-8")
    for old, new in zip(before, after, strict=True):
        said = said.replace(f"{old.package} {old.version}", f"{new.package} {new.version}")
        print(f"{new.file}: {new.package} {new.version}, {new.licence}")
    LICENCES.write_text(said, encoding="utf-8")
    return 0


def renewed(one: Vendored, version: str) -> Vendored:
    """The file written from its package. Fails where a pinned version has another content."""
    with tempfile.TemporaryDirectory() as folder:
        package = fetched(one.package, version, Path(folder))
        integrity = (
            f"sha512-{base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()}"
        )
        if version == one.version and one.integrity not in ("", integrity):
            raise SystemExit(f"{one.package} {version} is not the package that was pinned")
        with tarfile.open(package) as archive:
            content = _read(archive, one.path)
            licence = json.loads(_read(archive, "package.json"))["license"]
    made = one._replace(version=version, integrity=integrity, licence=licence)
    text = WRAPPERS[one.wrap].format(text=content.decode(), **made._asdict())
    made = made._replace(sha256=hashlib.sha256(text.encode()).hexdigest())
    (inventory.VENDOR / one.file).write_bytes(text.encode())
    return made


def fetched(package: str, version: str, folder: Path) -> Path:
    """The package's archive, from the registry that npm is set up with."""
    command = ["npm", "pack", f"{package}@{version}", "--json", "--pack-destination", str(folder)]
    answer: list[dict[str, Any]] = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )
    return folder / str(answer[0]["filename"])


def _read(archive: tarfile.TarFile, path: str) -> bytes:
    member = archive.extractfile(f"package/{path}")
    if member is None:
        raise SystemExit(f"{path} is no file")
    return member.read()


def listed(entries: list[Vendored]) -> str:
    """The text of deploy/vendored.toml."""
    lead = [line for line in inventory.VENDORED.read_text("utf-8").splitlines() if line[:1] == "#"]
    tables = (
        "\n".join(f"{key} = {json.dumps(value)}" for key, value in one._asdict().items() if value)
        for one in entries
    )
    return "\n".join([*lead, *(f"\n[[file]]\n{table}" for table in tables)]) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
