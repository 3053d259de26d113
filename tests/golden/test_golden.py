"""What each channel shows of each Reason and of a digest, whole. After a change: `python -m tests.golden.write`."""

from difflib import unified_diff

import pytest

from tests.golden.cases import CASES
from tests.golden.channels import CHANNELS, FOLDER, compose_for, golden_file, render, slack_details, slack_payload
from tests.golden.write import COMMAND
from tests.support.slack_shapes import misshapen
from watcher.demo.slack_rules import wrong_with
from watcher.model import FactKind


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("case", CASES)
def test_a_message_reads_as_its_golden_file(case: str, channel: str) -> None:
    file, rendered = golden_file(case, channel), render(case, channel)
    golden = file.read_text(encoding="utf-8") if file.exists() else ""
    if rendered != golden:
        names = (f"{file.name} (golden)", f"{file.name} (rendered now)")
        difference = unified_diff(golden.splitlines(), rendered.splitlines(), *names, lineterm="")
        pytest.fail("\n".join([*difference, "", f"If the new text is right: {COMMAND}"]), pytrace=False)


def test_every_golden_file_belongs_to_a_case() -> None:
    files = {file.name for file in FOLDER.iterdir() if file.suffix in {".json", ".txt", ".html"}}
    assert files == {golden_file(case, channel).name for case in CASES for channel in CHANNELS}


@pytest.mark.parametrize("case", CASES)
def test_what_slack_gets_has_the_shape_that_slack_publishes(case: str) -> None:
    message = compose_for(case, "slack.json")
    payloads = [slack_payload(message)]
    payloads += [{"text": "details", "blocks": details}] if (details := slack_details(message)) else []
    assert [(misshapen(payload), wrong_with(payload)) for payload in payloads] == [([], "")] * len(payloads)


def test_the_golden_files_show_each_line_that_a_message_can_have() -> None:
    paragraphs = [paragraph for case in CASES for paragraph in compose_for(case, "console.txt").paragraphs]
    kinds = {kind for paragraph in paragraphs for kind, _ in paragraph.lines}
    expected = {FactKind.FROM, FactKind.DUE, FactKind.DO, FactKind.ORDER, FactKind.PAID, FactKind.RULE}
    assert expected | {FactKind.IF_MISSED, FactKind.WAS, FactKind.NOW, FactKind.WHO, FactKind.CALLERS} == kinds
