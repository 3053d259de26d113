"""Pastes: a list that a person copied from a page, as table, text or HTML, read as headlines with their dates."""
