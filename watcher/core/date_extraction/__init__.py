"""Dates and what is due on them, read out of prose. Start at extract.py."""
