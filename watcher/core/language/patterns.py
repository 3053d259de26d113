"""Word lists as compiled patterns, and as pieces of longer ones."""

import re


def pattern(text: str) -> re.Pattern[str]:
    """Compiled; case does not matter."""
    return re.compile(text, re.IGNORECASE)


def any_of(listed: str) -> str:
    """A piece that stands for any of the words listed, with ", " or a line's end between them."""
    return f"(?:{'|'.join(word for line in listed.splitlines() for word in line.strip(' ,').split(', '))})"


def whole_words(listed: str) -> re.Pattern[str]:
    """Whole words or phrases, any of those listed."""
    return pattern(rf"\b{any_of(listed)}\b")
