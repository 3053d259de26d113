"""Rows of a list found by the structure of its page: repeated tags that hold a headline, a link and a date."""
