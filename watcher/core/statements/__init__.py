"""Statements: the sentences of an announcement, what they ask of practices, and words made short enough to show."""
