"""What README says does not work yet. Each of these fails today; the day one passes, README must say so."""

import pytest

from watcher.cli.commands import COMMANDS


@pytest.mark.xfail(strict=True, reason="there is no command that writes a first configuration")
def test_a_first_configuration_is_written_by_a_command() -> None:
    assert {"init", "doctor"} <= COMMANDS.keys()
