"""What admins hear when the database was brought back from a backup: what counts as told, and was not sent."""

from dataclasses import dataclass
from datetime import datetime

from watcher.core.language.format import format_count, format_moment
from watcher.model import Alert, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedTellings:
    """How much counts as told, because it was due before the database was brought back.

    `deliveries` with `alerts` in them; `reminders` of dates, and `closing_notes` of Stories. `first_due` (UTC): when
    the first of the Deliveries was due, None where there was none.
    """

    deliveries: int
    alerts: int
    reminders: int
    closing_notes: int
    first_due: datetime | None


def build_restored_alert(created: datetime, skipped: SkippedTellings, now: datetime) -> Alert:
    """The one Alert for admins that says what was skipped: counts and period. `created` (UTC): of the backup."""
    begin = min(skipped.first_due or created, created)
    counts = (
        f"{format_count(skipped.alerts, 'alert')} in {skipped.deliveries} of its messages, "
        f"{format_count(skipped.reminders, 'reminder')} and {format_count(skipped.closing_notes, 'closing note')}"
    )
    note = (
        f"The database was brought back from the backup of {format_moment(created)}. What was due from "
        f"{format_moment(begin)} until {format_moment(now)} counts as told: {counts} were not sent. "
        f"What sources published until then, and their edits without a later date, are recorded at the next look "
        f"and not told (`watcher unsent`). News of what readers had been told before may come a second time."
    )
    return Alert(reason=Reason.NEEDS_ADMIN, at=now, note=note)
