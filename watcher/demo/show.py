"""Slack messages and mails in a terminal, much as readers see them."""

from typing import Any

from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text


def show_slack_post(post: dict[str, Any]) -> Padding:
    """One posted message in a frame; a reply in a thread is indented."""
    text = Text()
    for block in post["blocks"]:
        _append_block(text, block)
    text.rstrip()
    reply = bool(post.get("thread_ts"))
    frame = Panel(
        text, title="thread reply" if reply else "#gp-announcements", title_align="left", width=92 if reply else 98
    )
    return Padding(frame, (0, 0, 0, 6 if reply else 0))


def _append_block(text: Text, block: dict[str, Any]) -> None:
    kind = block["type"]
    if kind == "header":
        text.append(block["text"]["text"] + "\n", style="bold")
    elif kind == "context":
        text.append("\n".join(element["text"] for element in block["elements"]) + "\n", style="dim")
    elif kind == "rich_text":
        for section in block["elements"]:
            for element in section["elements"]:
                style = "bold" if element.get("style") else ""
                text.append(element.get("text") or element.get("url") or "", style=style)
        text.append("\n")


def show_mail(plain: str) -> Panel:
    """The text of a mail in a frame."""
    return Panel(Text(plain.rstrip()), title="the last digest as plain text", title_align="left", width=98)
