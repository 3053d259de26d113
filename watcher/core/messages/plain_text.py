"""A Message and its Paragraphs as plain text: the text part of mails, the console, and subject lines."""

from watcher.core.language.text import printable
from watcher.core.messages.labels import LABELS
from watcher.model import Message, Paragraph

MAX_SUBJECT_CHARACTERS = 150


def plain_text(message: Message) -> str:
    """A Message as plain text: the e-mail's text part and the console."""
    lines = [message.subject, ""]
    lines += ["(possible repeat: the first try may have reached you)", ""] if message.repeat else []
    lines += [message.lead, ""] if message.lead else []
    for section in message.sections:
        lines += [section.heading.upper(), ""] if section.heading else []
        for paragraph in section.paragraphs:
            lines += [*plain_paragraph(paragraph), ""]
    lines += message.footer
    return "\n".join(lines).rstrip() + "\n"


def plain_paragraph(paragraph: Paragraph) -> list[str]:
    """One Alert as lines with a fixed label column."""
    lines = [paragraph.heading, paragraph.title] if paragraph.heading else [paragraph.title]
    return [*lines, *(f"  {LABELS[kind]:<12}  {text}" for kind, text in paragraph.rows())]


def subject_line(text: str) -> str:
    """`text` on one line of at most MAX_SUBJECT_CHARACTERS, cut at a word."""
    line = printable(text).strip()
    if len(line) <= MAX_SUBJECT_CHARACTERS:
        return line
    head = line[: MAX_SUBJECT_CHARACTERS - 1]
    last_space = head.rfind(" ")
    return f"{head[:last_space] if last_space > MAX_SUBJECT_CHARACTERS // 2 else head}…"
