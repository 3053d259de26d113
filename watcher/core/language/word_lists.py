"""Word lists as compiled patterns, and as pieces of longer ones."""

import re


def pattern(text: str) -> re.Pattern[str]:
    """`text` as a compiled pattern that ignores case."""
    return re.compile(text, re.IGNORECASE)


def any_of(listed: str) -> str:
    """A non-capturing group that matches any of the words listed, with ", " or a line's end between them."""
    return f"(?:{'|'.join(word for line in listed.splitlines() for word in line.strip(' ,').split(', '))})"


def whole_words(listed: str) -> re.Pattern[str]:
    """A compiled pattern that matches any of the words or phrases listed, as whole words and in any case."""
    return pattern(rf"\b{any_of(listed)}\b")
