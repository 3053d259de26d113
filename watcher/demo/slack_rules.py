"""Messages that Slack refuses (docs.slack.dev/reference/block-kit; the limit of a whole message is not documented).

The limits of 30 kB of JSON and 12,000 characters in all, and the kinds of blocks, are ours; Slack takes a little more.
"""

import json
from collections.abc import Iterator
from typing import Any

# Characters, unless the name says otherwise
MAX_FALLBACK, MAX_BLOCKS, MAX_CHARACTERS, MAX_JSON_BYTES = 4_000, 50, 12_000, 30_000
MAX_HEADER, MAX_SECTION, MAX_FIELD, MAX_CONTEXT, MAX_BUTTON = 150, 3_000, 2_000, 2_000, 75
MAX_FIELDS, MAX_CONTEXT_ELEMENTS, MAX_ACTIONS = 10, 10, 25
MAX_ADDRESS, MAX_BLOCK_ID = 3_000, 255


def wrong_with(payload: dict[str, Any]) -> str:
    """The first reason why Slack would refuse this message; "" if it would take it."""
    return next(_find_refusals(payload), "")


def _find_refusals(payload: dict[str, Any]) -> Iterator[str]:
    blocks = payload.get("blocks") or []
    if not 0 < len(payload.get("text") or "") <= MAX_FALLBACK:
        yield f"the fallback text is missing or longer than {MAX_FALLBACK}"
    if len(blocks) > MAX_BLOCKS:
        yield f"more than {MAX_BLOCKS} blocks"
    if _count_characters(blocks) > MAX_CHARACTERS:
        yield "msg_blocks_too_long"
    if len(json.dumps(payload)) > MAX_JSON_BYTES:
        yield f"more than {MAX_JSON_BYTES} bytes of JSON"
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(names)) < len(names) or any(not 0 < len(name) <= MAX_BLOCK_ID for name in names):
        yield f"a block_id is used twice, empty or longer than {MAX_BLOCK_ID}"
    for block in blocks:
        check = _CHECKS.get(str(block.get("type")))
        yield from check(block) if check else [f"unknown block {block.get('type')}"]


def _check_header(block: dict[str, Any]) -> Iterator[str]:
    yield from _check_text(block.get("text"), MAX_HEADER, "header", plain=True)


def _check_section(block: dict[str, Any]) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" in block or not fields:
        yield from _check_text(block.get("text"), MAX_SECTION, "section")
    if len(fields) > MAX_FIELDS:
        yield f"more than {MAX_FIELDS} fields"
    for field in fields:
        yield from _check_text(field, MAX_FIELD, "field")
    if "accessory" in block:
        yield from _check_button(block["accessory"])


def _check_context(block: dict[str, Any]) -> Iterator[str]:
    if not 0 < len(block.get("elements", [])) <= MAX_CONTEXT_ELEMENTS:
        yield f"no context elements, or more than {MAX_CONTEXT_ELEMENTS}"
    for element in block.get("elements", []):
        yield from _check_text(element, MAX_CONTEXT, "context")


def _check_rich_text(block: dict[str, Any]) -> Iterator[str]:
    elements = [element for section in block.get("elements", []) for element in section.get("elements", [])]
    if not elements:
        yield "rich_text without elements"
    for element in elements:
        if element["type"] == "link":
            yield from _check_address(element.get("url"))
        elif element.get("type") != "broadcast" and not element.get("text"):
            yield "rich_text with an empty text"


def _check_actions(block: dict[str, Any]) -> Iterator[str]:
    if not 0 < len(block.get("elements", [])) <= MAX_ACTIONS:
        yield f"no actions, or more than {MAX_ACTIONS}"
    for element in block.get("elements", []):
        yield from _check_button(element)


def _check_button(element: dict[str, Any]) -> Iterator[str]:
    if element.get("type") != "button":
        yield f"unknown element {element.get('type')}"
    yield from _check_text(element.get("text"), MAX_BUTTON, "button", plain=True)
    if "url" in element:
        yield from _check_address(element["url"])


def _check_text(text: Any, max_characters: int, what: str, *, plain: bool = False) -> Iterator[str]:
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield f"a {what} takes {' or '.join(sorted(kinds))}"
    elif not 0 < len(text.get("text") or "") <= max_characters:
        yield f"{what} text is empty or longer than {max_characters}"


def _check_address(url: Any) -> Iterator[str]:
    if not isinstance(url, str) or not 0 < len(url) <= MAX_ADDRESS:
        yield f"an address is empty or longer than {MAX_ADDRESS}"


def _count_characters(json_part: Any) -> int:
    """The characters of all strings under a key `text`, at any depth."""
    if isinstance(json_part, dict):
        return sum(
            len(child) if name == "text" and isinstance(child, str) else _count_characters(child)
            for name, child in json_part.items()
        )
    return sum(map(_count_characters, json_part)) if isinstance(json_part, list) else 0


_CHECKS = {
    "header": _check_header,
    "section": _check_section,
    "context": _check_context,
    "rich_text": _check_rich_text,
    "divider": lambda _: iter(()),
    "actions": _check_actions,
}
