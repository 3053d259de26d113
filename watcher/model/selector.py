"""CSS selectors of the configuration, proved without soupsieve where they are plain: that takes a fifth of a second."""

import re
import unicodedata
from functools import cache

_NAME = r"[A-Za-z_][\w-]*"
_STRING = r"(?:'[^'\\\x00-\x1f]*'|\"[^\"\\\x00-\x1f]*\")"
_CONDITION = (
    rf"(?:[.#]{_NAME}|\[{_NAME}(?:[*^$~|]?=(?:{_NAME}|{_STRING}))?\]"
    rf"|:nth-of-type\([1-9]\d?\)|:-soup-contains\({_STRING}\))"
)
_COMPOUND = rf"(?:{_NAME}{_CONDITION}*|{_CONDITION}+)"
_STEP = rf"{_COMPOUND}(?::has\({_COMPOUND}\))?"
_PATH = rf"{_STEP}(?: (?:[>+~] )?{_STEP})*"


def check_selector(css: str) -> str:
    """The CSS selector as it is, "" for none; ValueError where it cannot be parsed."""
    if not css or is_plain_selector(css):
        return css
    _refuse_lookalikes(css)
    from soupsieve import SelectorSyntaxError
    from soupsieve import compile as compile_selector

    try:
        compile_selector(css)
    except SelectorSyntaxError as error:
        raise ValueError(f"not a CSS selector: {str(error).splitlines()[0]}") from error
    return css


def _refuse_lookalikes(css: str) -> None:
    """CSS takes “, ” and a space that does not break for letters of a name, so that such a selector never matches."""
    for character in re.sub(_STRING, "", css):
        if not character.isascii() and unicodedata.category(character)[0] in "PZC":
            name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
            raise ValueError(f"no page has a name with a {name} in it; use straight quotes, plain spaces and hyphens")


def is_plain_selector(css: str) -> bool:
    """Whether `css` is a selector of the simple form that nearly all have, and so is surely right."""
    return bool(_plain_selector().fullmatch(css))


@cache
def _plain_selector() -> re.Pattern[str]:
    return re.compile(rf"{_PATH}(?:, {_PATH})*", re.ASCII)
