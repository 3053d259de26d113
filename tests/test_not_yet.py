"""What README says does not work yet. Each of these fails today; the day one passes, README must say so."""

import pytest

from watcher.cli.commands import COMMANDS


@pytest.mark.xfail(strict=True, reason="there are no web pages")
def test_the_pages_can_be_served() -> None:
    assert "web" in COMMANDS
