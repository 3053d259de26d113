"""What README says does not work yet. Each of these fails today; the day one passes, README must say so."""

from datetime import UTC, datetime

import pytest

from watcher.core.messages.trial import compose_trial
from watcher.notifiers.email import Email

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.mark.xfail(strict=True, reason="mails name an address to write to, and no link that ends them")
def test_a_mail_can_be_stopped_with_one_click() -> None:
    environment = {"WATCHER_MAIL_FROM": "w@practice.example", "WATCHER_PUBLIC_URL": "https://w.practice.example"}
    mail = Email(environment).write(compose_trial("daily", "d1", NOW), "jo@practice.example", "<d1@practice.example>")
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mail
