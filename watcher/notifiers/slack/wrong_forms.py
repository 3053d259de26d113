"""What was written in place of a bot token or a channel's address, and the cure. Nothing of it is repeated."""

from urllib.parse import urlsplit

from watcher.core.language.lazy_regex import lazy_regex

BOT_CURE = "the Bot User OAuth Token (xoxb-...) of the app's page “OAuth & Permissions”"
WEBHOOK_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
_CHANNEL_ID = "its id, such as C0123456789, stands at the end of the channel's details in Slack"
# (how what was written begins, what it is)
_TOKENS = (
    ("xapp-", "this is an app-level token (xapp-)"),
    ("xoxp-", "this is a user's token (xoxp-), with which watcher would post as that person"),
    ("xoxe", "this is a token that expires or refreshes others (xoxe)"),
    ("xoxa-", "this is a token of an old kind (xoxa-)"),
    ("xoxc-", "this is the token of somebody's browser (xoxc-)"),
    ("xoxs-", "this is the token of somebody's session (xoxs-)"),
    ("xoxd-", "this is the cookie of somebody's browser (xoxd-)"),
    ("bearer", "leave “Bearer” out"),
    ("env:", "env: is for addresses in subscribers.yaml"),
    ("http", "this is an address, not a token (a webhook's belongs into subscribers.yaml, as env:NAME)"),
)
_SIGN_OF_NONE = "it holds a space, a quotation mark or another sign that no token has"
_TOKEN = lazy_regex(r"[A-Za-z0-9._%-]*")
_HEX_CHARACTERS = lazy_regex(r"[0-9a-f]{32}")
_NAME = lazy_regex(r"[a-z0-9_-]+")
_PERSON = lazy_regex(r"[UW][A-Z0-9]{6,}")


def explain_token(token: str) -> str:
    """Why this is no bot token, and the cure; "" where it may be one, or none is set."""
    for beginning, what in _TOKENS:
        if token.lower().startswith(beginning):
            return f"{what}; set it to {BOT_CURE}"
    if _HEX_CHARACTERS.fullmatch(token):
        return f"this looks like the app's signing or client secret; set it to {BOT_CURE}"
    return "" if _TOKEN.fullmatch(token) else f"{_SIGN_OF_NONE}; set it to {BOT_CURE}"


def explain_channel(address: str) -> str:
    """Why this is no channel id and no webhook's address, and the cure."""
    if address.lower().startswith(("xoxb-", "xoxp-", "xapp-", "xoxe")):
        return f"this is a token, which belongs into SLACK_BOT_TOKEN; write the channel's id here: {_CHANNEL_ID}"
    if address.startswith(("#", "@")) or _NAME.fullmatch(address):
        return f"this is a name; write the channel's id instead: {_CHANNEL_ID}"
    if _PERSON.fullmatch(address):
        return f"this is the id of a person; write that of a channel: {_CHANNEL_ID}"
    if "@" in address and "://" not in address:
        return "this is an e-mail address; write `via: email`, or the channel's id"
    return ""


def explain_web_address(address: str) -> str:
    """Why this address of the web is no incoming webhook, and the cure; "" where it may be one."""
    host = (urlsplit(address).hostname or "").lower()
    if host.endswith((".powerplatform.com", ".powerautomate.com", ".logic.azure.com", ".webhook.office.com")):
        return "this is the address of a Teams workflow; write `via: teams`"
    if host not in WEBHOOK_HOSTS and host.endswith((".slack.com", ".slack-gov.com")):
        return (
            "this is a link into Slack, not a webhook; write the channel's id, the part of the link that begins with C"
        )
    return ""
