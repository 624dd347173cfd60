"""Writes build/sbom.cdx.json: every locked package and every browser file made by others, with
version, licence, hashes and who needs it, as CycloneDX 1.6. Fails where that does not keep to
CycloneDX's own schema.
"""

from __future__ import annotations

import base64
import sys
import tomllib
from collections.abc import Iterator

import inventory
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.tool import Tool
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from inventory import Inside
from packageurl import PackageURL

OUT = inventory.ROOT / "build" / "sbom.cdx.json"
LICENCES = LicenseFactory()


def main() -> int:
    text = JsonV1Dot6(made()).output_as_string(indent=1)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong:
        print(f"sbom: not as CycloneDX 1.6 has it: {wrong}")
        return 1
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(text + "\n", encoding="utf-8")
    print(f"sbom: {OUT.relative_to(inventory.ROOT)} written")
    return 0


def made() -> Bom:
    """What the board consists of. A package's parents are those of the lock; browser files hang on
    the board itself.
    """
    project = tomllib.loads((inventory.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    board = Component(
        type=ComponentType.APPLICATION,
        name=project["name"],
        version=project["version"],
        description=project["description"],
        bom_ref="board",
        licenses=[LICENCES.make_from_string(project["license"])],
    )
    bom = Bom()
    bom.metadata.component = board
    bom.metadata.tools.tools.add(Tool(name="deploy/sbom.py", version=project["version"]))
    found = {one.name: (one, _python(one)) for one in inventory.packages()}
    browser = list(_browser())
    for component in (*(made for _, made in found.values()), *browser):
        bom.components.add(component)
    needed: dict[str, list[Component]] = {"board": [*browser]}
    for one, component in found.values():
        for parent in one.parents:
            needed.setdefault(parent, []).append(component)
    bom.register_dependency(board, needed.pop("board"))
    for _, component in found.values():
        bom.register_dependency(component, needed.get(component.name, []))
    return bom


def _python(one: inventory.Component) -> Component:
    """A Python package. Its hashes are those of all its files; one of them is installed."""
    return Component(
        type=ComponentType.LIBRARY,
        name=one.name,
        version=one.version,
        purl=PackageURL("pypi", None, one.name, one.version),
        bom_ref=f"pypi:{one.name}@{one.version}",
        scope=ComponentScope.REQUIRED if one.runs else ComponentScope.EXCLUDED,
        licenses=[LICENCES.make_from_string(one.licence)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=value) for value in one.hashes],
        components=[_within(one.name, part) for part in one.inside],
    )


def _within(package: str, part: Inside) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=part.name,
        version=part.version or None,
        bom_ref=f"within:{package}/{part.name}",
        licenses=[LICENCES.make_from_string(part.licence)],
    )


def _browser() -> Iterator[Component]:
    """The npm packages of the browser files, each with its file, whose hash is what is served."""
    for one in inventory.vendored():
        digest = base64.b64decode(one.integrity.removeprefix("sha512-")).hex()
        file = Component(
            type=ComponentType.FILE,
            name=f"assets/vendor/{one.file}",
            bom_ref=f"file:{one.file}",
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one.sha256)],
            licenses=[LICENCES.make_from_string(one.licence)],
            properties=[Property(name="board:wrapped", value=one.wrap)] if one.wrap else [],
        )
        yield Component(
            type=ComponentType.LIBRARY,
            name=one.package,
            version=one.version,
            purl=PackageURL("npm", None, one.package, one.version),
            bom_ref=f"npm:{one.package}@{one.version}",
            scope=ComponentScope.REQUIRED,
            copyright=one.copyright,
            licenses=[LICENCES.make_from_string(one.licence)],
            hashes=[HashType(alg=HashAlgorithm.SHA_512, content=digest)],
            components=[file],
        )


if __name__ == "__main__":
    sys.exit(main())
