"""The bill of materials and the list of licences: every package that an installation runs on, and nothing stale."""

import re
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tools import run_packages

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements-run.lock").read_text(encoding="utf-8")
FREE = (
    "MIT",
    "BSD",
    "Apache",
    "ISC",
    "PSF",
    "Python Software Foundation",
    "MPL",
    "Mozilla",
    "LGPL",
    "DFSG",
    "Unlicense",
)


def test_a_pin_is_read_with_its_marker_and_its_hashes() -> None:
    text = (
        "psycopg[binary]==3.3.9 \\\n    --hash=sha256:" + "a" * 64 + " \\\n    --hash=sha256:" + "b" * 64 + "\n"
        "Ruamel.YAML==0.19 ; sys_platform == 'win32' \\\n    --hash=sha256:" + "c" * 64 + "\n"
    )
    assert list(run_packages.read_lock(text)) == [
        run_packages.RunPackage(name="psycopg", version="3.3.9", marker="", hashes=("a" * 64, "b" * 64)),
        run_packages.RunPackage(
            name="ruamel-yaml", version="0.19", marker="sys_platform == 'win32'", hashes=("c" * 64,)
        ),
    ]


def test_the_bill_of_materials_has_every_pin_of_the_lock_with_its_hashes_and_is_made_the_same_each_time() -> None:
    sbom = run_packages.build_sbom()
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", LOCK, re.MULTILINE)
    assert len(pins) > 60
    assert [(part["name"], part["version"]) for part in sbom["components"]] == [
        (canonicalize_name(name), version) for name, version in pins
    ]
    hashes = [digest for part in sbom["components"] for digest in part["externalReferences"][0]["hashes"]]
    assert sorted(digest["content"] for digest in hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", LOCK))
    assert (sbom["bomFormat"], sbom["specVersion"]) == ("CycloneDX", "1.6")
    assert sbom == run_packages.build_sbom()
    refs = {part["bom-ref"] for part in sbom["components"]} | {sbom["metadata"]["component"]["bom-ref"]}
    assert len(refs) == len(sbom["components"]) + 1
    assert {dependency["ref"] for dependency in sbom["dependencies"]} == refs
    assert {ref for dependency in sbom["dependencies"] for ref in dependency["dependsOn"]} < refs


def test_what_is_depended_on_is_all_that_is_in_it() -> None:
    """A package that nothing leads to would be one that nobody asked for."""
    depends = {entry["ref"]: entry["dependsOn"] for entry in run_packages.build_sbom()["dependencies"]}
    reached, waiting = set(), [next(iter(depends))]
    while waiting:
        ref = waiting.pop()
        if ref not in reached:
            reached.add(ref)
            waiting += depends[ref]
    assert set(depends) - reached == set()


def pin(name: str, version: str = "1", marker: str = "") -> run_packages.RunPackage:
    return run_packages.RunPackage(name=name, version=version, marker=marker, hashes=())


def test_what_needs_what_goes_by_markers_and_by_the_extras_that_are_asked_for() -> None:
    needs = {
        "client": ["codec; extra == 'fast'", "legacy; python_version < '3.8'", "winio; sys_platform == 'win32'"],
        "codec": ["client[slow]"],
        "server": ["codec; extra == 'fast'"],
    }
    pins = [pin("client"), pin("codec", "1", "python_version < '3.12'"), pin("codec", "2", "python_version >= '3.12'")]
    pins += [pin("legacy"), pin("server"), pin("winio", "1", "sys_platform == 'win32'"), pin("nobody")]
    needed = run_packages.find_dependencies(
        "product", ["client[fast]", "server"], pins, lambda package: needs.get(package.name, [])
    )
    client, old, new = "pkg:pypi/client@1", "pkg:pypi/codec@1", "pkg:pypi/codec@2"
    assert needed == {
        "product": [client, "pkg:pypi/server@1"],
        client: [old, new, "pkg:pypi/winio@1"],
        old: [client],
        new: [client],
        "pkg:pypi/legacy@1": [],
        "pkg:pypi/server@1": [],
        "pkg:pypi/winio@1": [],
        "pkg:pypi/nobody@1": [],
    }


def test_a_licence_of_another_version_than_the_locked_one_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_packages, "find_installed", lambda name: "0.1" if name == "httpx" else "")
    said = {part["name"]: part.get("properties", []) for part in run_packages.build_sbom()["components"]}
    assert {"name": "practice-watcher:licence-of-version", "value": "0.1"} in said["httpx"]


def test_the_page_of_licences_is_what_the_lock_makes_of_it() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    assert page == run_packages.write_licences(), "run: make licences"


@pytest.mark.parametrize("package", sorted({package.name for package in run_packages.read_lock(LOCK)}))
def test_each_licence_is_one_that_lets_anybody_use_it(package: str) -> None:
    licence = run_packages.find_licence(package)
    assert any(name in licence for name in FREE), licence
    assert "AGPL" not in licence
    assert not re.search(r"(?<!L)GPL", licence)
