"""What Slack refuses in a message (docs.slack.dev/reference/block-kit; the limit of the whole is nowhere written down).

Of 30 kB of JSON, 12,000 characters in all and the kinds below the rule is ours; Slack takes a little more.
"""

import json
from collections.abc import Iterator
from typing import Any

FALLBACK, BLOCKS, CHARACTERS, JSON = 4_000, 50, 12_000, 30_000
HEADER, SECTION, FIELD, CONTEXT, BUTTON = 150, 3_000, 2_000, 2_000, 75
FIELDS, CONTEXTS, ACTIONS = 10, 10, 25
ADDRESS, BLOCK_ID = 3_000, 255


def wrong_with(payload: dict[str, Any]) -> str:
    """What Slack would refuse in a message; "" for nothing."""
    return next(_wrong(payload), "")


def _wrong(payload: dict[str, Any]) -> Iterator[str]:
    blocks = payload.get("blocks") or []
    if not 0 < len(payload.get("text") or "") <= FALLBACK:
        yield f"the fallback text is missing or longer than {FALLBACK}"
    if len(blocks) > BLOCKS:
        yield f"more than {BLOCKS} blocks"
    if _characters(blocks) > CHARACTERS:
        yield "msg_blocks_too_long"
    if len(json.dumps(payload)) > JSON:
        yield f"more than {JSON} bytes of JSON"
    names = [each["block_id"] for each in blocks if "block_id" in each]
    if len(set(names)) < len(names) or any(not 0 < len(name) <= BLOCK_ID for name in names):
        yield f"a block_id is used twice, empty or longer than {BLOCK_ID}"
    for block in blocks:
        check = _KINDS.get(str(block.get("type")))
        yield from check(block) if check else [f"unknown block {block.get('type')}"]


def _header(block: dict[str, Any]) -> Iterator[str]:
    yield from _text(block.get("text"), HEADER, "header", plain=True)


def _section(block: dict[str, Any]) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" in block or not fields:
        yield from _text(block.get("text"), SECTION, "section")
    if len(fields) > FIELDS:
        yield f"more than {FIELDS} fields"
    for each in fields:
        yield from _text(each, FIELD, "field")
    if "accessory" in block:
        yield from _button(block["accessory"])


def _context(block: dict[str, Any]) -> Iterator[str]:
    if not 0 < len(block.get("elements", [])) <= CONTEXTS:
        yield f"no context elements, or more than {CONTEXTS}"
    for each in block.get("elements", []):
        yield from _text(each, CONTEXT, "context")


def _rich_text(block: dict[str, Any]) -> Iterator[str]:
    elements = [each for section in block.get("elements", []) for each in section.get("elements", [])]
    if not elements:
        yield "rich_text without elements"
    for each in elements:
        if each["type"] == "link":
            yield from _address(each.get("url"))
        elif not each.get("text"):
            yield "rich_text with an empty text"


def _actions(block: dict[str, Any]) -> Iterator[str]:
    if not 0 < len(block.get("elements", [])) <= ACTIONS:
        yield f"no actions, or more than {ACTIONS}"
    for each in block.get("elements", []):
        yield from _button(each)


def _button(element: dict[str, Any]) -> Iterator[str]:
    if element.get("type") != "button":
        yield f"unknown element {element.get('type')}"
    yield from _text(element.get("text"), BUTTON, "button", plain=True)
    if "url" in element:
        yield from _address(element["url"])


def _text(text: Any, most: int, what: str, *, plain: bool = False) -> Iterator[str]:
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield f"a {what} takes {' or '.join(sorted(kinds))}"
    elif not 0 < len(text.get("text") or "") <= most:
        yield f"{what} text is empty or longer than {most}"


def _address(url: Any) -> Iterator[str]:
    if not isinstance(url, str) or not 0 < len(url) <= ADDRESS:
        yield f"an address is empty or longer than {ADDRESS}"


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        return sum(
            len(each) if name == "text" and isinstance(each, str) else _characters(each) for name, each in value.items()
        )
    return sum(map(_characters, value)) if isinstance(value, list) else 0


_KINDS = {
    "header": _header,
    "section": _section,
    "context": _context,
    "rich_text": _rich_text,
    "divider": lambda _: iter(()),
    "actions": _actions,
}
