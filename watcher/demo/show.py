"""Slack messages and mails in a terminal, much as readers see them."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

Post = dict[str, Any]


def in_reading_order(posts: Sequence[Post], details: Sequence[Post]) -> Iterator[Post]:
    """The messages of a channel as people read them: each with its whole thread below it, before the next one."""
    by_time = sorted([*posts, *details], key=lambda post: float(post["ts"]))
    for first in by_time:
        if not first.get("thread_ts"):
            yield first
            yield from (post for post in by_time if post.get("thread_ts") == first["ts"])


def show_details_post(post: Post) -> Padding:
    """The details of the message above, which stand in its thread, by the names of their lines."""
    elements = post["blocks"][0]["elements"][0]["elements"]
    labels = [element["text"].removesuffix(": ") for element in elements if element.get("style")]
    return Padding(Text(f"in the thread: {', '.join(labels)}", style="dim"), (0, 0, 0, 6))


def show_slack_post(post: Post, *, is_edited: bool = False) -> Padding:
    """One posted message in a frame; a reply in a thread is indented."""
    text = Text()
    for block in post["blocks"]:
        _append_block(text, block)
    text.rstrip()
    reply, is_loud = bool(post.get("thread_ts")), bool(post.get("reply_broadcast"))
    title = f"{'thread reply' if reply else '#gp-announcements'}{', also shown in the channel' * is_loud}"
    title += " (edited: what it said at first is in its thread)" * is_edited
    frame = Panel(text, title=title, title_align="left", width=92 if reply else 98)
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
