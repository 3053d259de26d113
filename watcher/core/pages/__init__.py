"""Watched pages: read as lines, without boilerplate, and compared version by version."""
