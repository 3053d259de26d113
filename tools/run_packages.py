"""What an installation runs on: the packages of requirements-run.lock, as an SBOM and as a list of their licences.

`python -m tools.run_packages sbom` prints CycloneDX as JSON, the same bytes for the same lock; `... licences` prints
docs/licences.md. Nothing is asked over the network: licences stand in the metadata of what is installed.
"""

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK, PROJECT = ROOT / "requirements-run.lock", ROOT / "pyproject.toml"
PYPI = "https://pypi.org"
MAX_LICENCE_CHARACTERS = 70  # what is longer is the text of the licence itself
# Of packages for other systems, which are not installed here; from their own metadata.
ELSEWHERE = {"colorama": "BSD-3-Clause"}
_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;]+)\s*(?:;\s*(?P<marker>[^\\]*?))?\s*(?=\\|$|--)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPackage:
    """A pin of the lock: with the marker that says where it is installed, or "", and the SHA-256 of its files."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(text: str) -> Iterator[RunPackage]:
    """The pins of a lock in its order."""
    for line in text.replace("\\\n", " ").splitlines():
        if match := _PIN.match(line):
            yield RunPackage(
                name=canonicalize_name(match["name"]),
                version=match["version"],
                marker=(match["marker"] or "").strip(),
                hashes=tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", line)),
            )


def find_licence(name: str) -> str:
    """The licence of a package as it says itself: an SPDX expression where it has one, else its words."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(name, "unknown")
    if expressions := about.get_all("License-Expression"):
        return str(expressions[0])
    words = str((about.get_all("License") or [""])[0]).strip()
    classifiers = [
        text.split(" :: ")[-1] for text in about.get_all("Classifier") or [] if text.startswith("License ::")
    ]
    named = [text for text in classifiers if text != "OSI Approved"]
    is_name = 0 < len(words) <= MAX_LICENCE_CHARACTERS and "\n" not in words and len(named) < 2  # noqa: PLR2004 - of several
    return words if is_name else " or ".join(named) or "unknown"


def has_expression(name: str) -> bool:
    """Whether a package gives its licence as an SPDX expression."""
    try:
        return bool(metadata.metadata(name).get_all("License-Expression"))
    except metadata.PackageNotFoundError:
        return name in ELSEWHERE


def build_sbom() -> dict[str, Any]:
    """The CycloneDX 1.6 document of the lock."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    packages = list(read_lock(LOCK.read_text(encoding="utf-8")))
    product = f"pkg:pypi/{project['name']}@{project['version']}"
    extras = project["optional-dependencies"]
    direct = [*project["dependencies"], *extras["postgres"], *extras["demo"]]
    dependencies = [{"ref": product, "dependsOn": _refs(direct, packages)}]
    dependencies += [{"ref": package.purl, "dependsOn": _refs(_requires(package), packages)} for package in packages]
    sbom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": product,
                "name": project["name"],
                "version": project["version"],
                "purl": product,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": [_describe(package) for package in packages],
        "dependencies": dependencies,
    }
    # No time and no chance: whoever makes it from the same lock gets the same bytes.
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(sbom, sort_keys=True))
    return {**sbom, "serialNumber": f"urn:uuid:{serial}"}


def _describe(package: RunPackage) -> dict[str, Any]:
    licence = find_licence(package.name)
    hashes = [{"alg": "SHA-256", "content": digest} for digest in package.hashes]
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "licenses": [{"expression": licence}] if has_expression(package.name) else [{"license": {"name": licence}}],
        "externalReferences": [
            {"type": "distribution", "url": f"{PYPI}/project/{package.name}/{package.version}/", "hashes": hashes}
        ],
    }
    if package.marker:
        component["properties"] = [{"name": "practice-watcher:installed-where", "value": package.marker}]
    return component


def _requires(package: RunPackage) -> list[str]:
    try:
        return metadata.requires(package.name) or []
    except metadata.PackageNotFoundError:
        return []


def _refs(requirements: list[str], packages: list[RunPackage]) -> list[str]:
    """The locked packages that some requirements name; those of extras too, where they are locked."""
    names = {canonicalize_name(Requirement(line).name) for line in requirements}
    return sorted(package.purl for package in packages if package.name in names)


def write_licences() -> str:
    """The page docs/licences.md."""
    names = dict.fromkeys(package.name for package in read_lock(LOCK.read_text(encoding="utf-8")))
    table = "\n".join(f"| {name} | {find_licence(name).replace('|', '/')} |" for name in names)
    return f"""# Licences of what it runs on

Made by `make licences` from `requirements-run.lock`: each package that an installation runs on, with its licence as
the package says itself. `make sbom` writes the same with versions and hashes for programs
(`dist/practice-watcher.cdx.json`, CycloneDX). watcher itself is under the [MIT licence](../LICENSE).

Nothing of them is changed or copied here; they are installed beside watcher. psycopg, the driver of PostgreSQL, is
under the LGPL: whoever passes on an image with it must let its users replace it, as `pip` does.

| Package | Licence |
| --- | --- |
{table}
"""


def main() -> None:
    """Print what is asked for."""
    match sys.argv[1:]:
        case ["sbom"]:
            print(json.dumps(build_sbom(), indent=2, ensure_ascii=False))
        case ["licences"]:
            print(write_licences(), end="")
        case _:
            sys.exit("say sbom or licences")


if __name__ == "__main__":
    main()
