"""What a hosting platform reads: its CI only calls ours, and its forms name commands that there are."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from watcher.cli.commands import COMMANDS

ROOT = Path(__file__).parents[1]
FORMS = [*(ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.md"), ROOT / ".github" / "PULL_REQUEST_TEMPLATE.md"]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_the_hosted_ci_calls_ours_and_decides_nothing() -> None:
    text = (ROOT / ".github" / "workflows" / "ci.yaml").read_text(encoding="utf-8")
    workflow = YAML(typ="safe", pure=True).load(text)
    (job,) = workflow["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert runs[-1] == ".ci/run"
    assert all(run.startswith("apt-get ") for run in runs[:-1]), "only what a checkout needs comes before"
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets." not in text
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_names_commands_that_there_are(form: Path) -> None:
    text = form.read_text(encoding="utf-8")
    assert set(re.findall(r"^watcher ([a-z][a-z-]*)|`watcher ([a-z][a-z-]*)", text, re.MULTILINE)) <= {
        pair for name in COMMANDS for pair in ((name, ""), ("", name))
    }


def test_who_reports_a_weakness_is_sent_to_no_address_that_nobody_reads() -> None:
    assert "private vulnerability report" in SECURITY
    assert not re.search(r"\S+@\S+\.\w+", SECURITY)


def test_nothing_of_ours_is_a_badge_or_a_crown_of_others() -> None:
    pictures = [path.name for path in ROOT.glob("docs/pictures/*")] + [
        path.name for path in ROOT.glob("watcher/web/**/*")
    ]
    assert [name for name in pictures if re.search(r"crown|nhs.?logo|govuk.?logo|lozenge", name, re.IGNORECASE)] == []
