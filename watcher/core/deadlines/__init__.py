"""The ledger of dates: what a Story asks by when, whether it still holds, and reminders."""
