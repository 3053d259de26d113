"""E-mails as bodies send them: signed or not, plain, as a newsletter in tables, with files."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

OUR_SERVER = "mx.practice.example"


def mail(
    at: datetime,
    sender: str,
    subject: str,
    html: str = "",
    *,
    plain: str = "",
    files: Sequence[tuple[str, bytes]] = (),
    signed_by: str | None = "",
) -> bytes:
    """A whole mail. `signed_by`: what our server found of its signature: that domain, "" for the sender's own."""
    domain = sender.rpartition("@")[2].strip(">")
    signer = domain if signed_by == "" else signed_by
    message = EmailMessage()
    found = f"dkim=pass header.d={signer}" if signer else "dkim=none"
    message["Authentication-Results"] = f"{OUR_SERVER}; {found}; spf=pass smtp.mailfrom={domain}"
    message["From"], message["To"], message["Subject"] = sender, "manager@practice.example", subject
    message["Date"], message["Message-ID"] = format_datetime(at), f"<{at:%Y%m%d%H%M}.{_name(subject)}@{domain}>"
    message.set_content(plain or "This mail is best read as HTML.")
    if html:
        message.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
    for name, body in files:
        message.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes(policy=SMTP)


def _name(subject: str) -> str:
    return "".join(filter(str.isalnum, subject)).lower()[:20]


def tables(*sections: tuple[str, str], foot: str = "") -> str:
    """A newsletter as mailing services lay it out: a table in a table, bold print for headlines, tracking links."""
    rows = "".join(
        '<tr><td style="padding:10px"><table role="presentation"><tr><td><p><strong>'
        f'<a href="https://mailer.example/t/d-l-{number}-abcdefghijklmnopqrstuvwxyz012345">{title}</a></strong></p></td></tr>'
        f'<tr><td><p style="margin:0">{words}</p><p><a href="https://mailer.example/t/d-m-{number}">Read more</a></p>'
        "</td></tr></table></td></tr>"
        for number, (title, words) in enumerate(sections)
    )
    leave = '<tr><td>You are receiving this email for a reason. <a href="https://mailer.example/u">Unsubscribe</a></td></tr>'
    return f'<div style="display:none">Hidden words before all</div><table width="600">{rows}{foot}{leave}</table>'
