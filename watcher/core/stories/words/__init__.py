"""The words of announcements: those that mean one thing, and those that stand in every second headline."""
