"""E-mails as the bodies send them: a newsletter of several sections in a table, signed by the sender's domain."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape


def bulletin(at: datetime, sender: str, subject: str, sections: Sequence[tuple[str, str]]) -> bytes:
    """A whole mail; each section is a heading with one paragraph."""
    domain = sender.rpartition("@")[2]
    mail = EmailMessage()
    mail["Authentication-Results"] = (
        f"mx.practice.example; dkim=pass header.d={domain}; spf=pass smtp.mailfrom={domain}"
    )
    mail["From"] = sender
    mail["To"] = "manager@practice.example"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{at:%Y%m%d%H%M}.bulletin@{domain}>"
    mail.set_content("\n\n".join(f"{heading}\n{words}" for heading, words in sections))
    rows = "".join(f"<tr><td><h2>{escape(heading)}</h2><p>{escape(words)}</p></td></tr>" for heading, words in sections)
    mail.add_alternative(f"<html><body><table>{rows}</table></body></html>", subtype="html")
    return mail.as_bytes()
