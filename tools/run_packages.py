"""What an installation runs on: the packages of requirements-run.lock, as an SBOM and as a list of their licences.

`python -m tools.run_packages sbom` prints CycloneDX as JSON, the same bytes for the same lock; `... licences` prints
docs/licences.md. Nothing is asked over the network: licences, and what needs what, stand in the metadata of what is
installed. Where that is another version than the locked one, the SBOM says of which version they are.
"""

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK, PROJECT = ROOT / "requirements-run.lock", ROOT / "pyproject.toml"
PYPI = "https://pypi.org"
MAX_LICENCE_CHARACTERS = 70  # what is longer is the text of the licence itself
# Of packages for other systems, which are not installed here; from their own metadata.
ELSEWHERE = {"colorama": "BSD-3-Clause"}
# Where an installation may run, for the markers of requirements: the same wherever the SBOM is made.
PYTHONS = ("3.11.0", "3.11.9", "3.12.0", "3.13.0", "3.14.0")
SYSTEMS = (
    ("linux", "Linux", "posix", "x86_64"),
    ("linux", "Linux", "posix", "aarch64"),
    ("darwin", "Darwin", "posix", "arm64"),
    ("win32", "Windows", "nt", "AMD64"),
)
ENVIRONMENTS = tuple(
    {
        "implementation_name": "cpython",
        "implementation_version": version,
        "os_name": os_name,
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": system,
        "platform_version": "",
        "python_full_version": version,
        "python_version": version.rpartition(".")[0],
        "sys_platform": platform,
    }
    for version in PYTHONS
    for platform, system, os_name, machine in SYSTEMS
)
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


def find_installed(name: str) -> str:
    """The version of which the metadata is read; "" where the package is not installed here."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


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
    needed = find_dependencies(product, direct, packages, _requires)
    dependencies = [{"ref": ref, "dependsOn": refs} for ref, refs in needed.items()]
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
    installed = find_installed(package.name)
    properties = {
        "practice-watcher:installed-where": package.marker,
        "practice-watcher:licence-of-version": installed if installed != package.version else "",
    }
    if any(properties.values()):
        component["properties"] = [{"name": name, "value": value} for name, value in properties.items() if value]
    return component


def _requires(package: RunPackage) -> list[str]:
    try:
        return metadata.requires(package.name) or []
    except metadata.PackageNotFoundError:
        return []


def find_dependencies(
    product: str, direct: Iterable[str], packages: Sequence[RunPackage], requires: Callable[[RunPackage], Iterable[str]]
) -> dict[str, list[str]]:
    """By reference, what each package and the product needs of the locked ones, in whichever ENVIRONMENTS.

    A requirement counts where its marker holds, one of an extra where that extra is asked for.
    """
    needed: dict[str, set[str]] = {product: set(), **{package.purl: set() for package in packages}}
    for environment in ENVIRONMENTS:
        here = {package.name: package for package in packages if _holds(package.marker, environment, ())}
        asked: dict[str, set[str]] = {}  # the extras of each package that was reached
        waiting: list[tuple[str, Iterable[str], set[str]]] = [(product, direct, set())]
        while waiting:
            ref, lines, extras = waiting.pop()
            for requirement in map(Requirement, lines):
                package = here.get(canonicalize_name(requirement.name))
                if package is None or not _holds(str(requirement.marker or ""), environment, extras):
                    continue
                needed[ref].add(package.purl)
                before = asked.get(package.name)
                if before is None or not requirement.extras <= before:
                    asked[package.name] = (before or set()) | requirement.extras
                    waiting.append((package.purl, requires(package), asked[package.name]))
    return {ref: sorted(refs) for ref, refs in needed.items()}


def _holds(marker: str, environment: Mapping[str, str], extras: Iterable[str]) -> bool:
    return not marker or any(Marker(marker).evaluate({**environment, "extra": extra}) for extra in ("", *extras))


def write_licences() -> str:
    """The page docs/licences.md."""
    versions: dict[str, list[str]] = {}
    for package in read_lock(LOCK.read_text(encoding="utf-8")):
        versions.setdefault(package.name, []).append(package.version)
    table = "\n".join(
        f"| {name} | {' or '.join(pinned)} | {find_licence(name).replace('|', '/')} |"
        for name, pinned in versions.items()
    )
    return f"""# Licences of what it runs on

Made by `make licences` from `requirements-run.lock`: each package that an installation runs on, with its licence as
the package says itself. `make sbom` writes the same with hashes, and with what needs what, for programs
(`dist/practice-watcher.cdx.json`, CycloneDX). watcher itself is under the [MIT licence](../LICENSE).

The licence is that of the version that was installed where this page was made: the locked one, and of two for
different versions of Python one of them. A newer version may have another licence.

Nothing of them is changed or copied here; they are installed beside watcher. psycopg, the driver of PostgreSQL, is
under the LGPL: whoever passes on an image with it must let its users replace it, as `pip` does.

| Package | Version | Licence |
| --- | --- | --- |
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
