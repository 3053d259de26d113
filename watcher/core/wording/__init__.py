"""Wording: labels, statuses, dates and changes in the words that readers see, for every message alike."""
