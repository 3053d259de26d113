"""The address of the mailbox that bulletins are read from, as WATCHER_IMAP_URL has it."""

from watcher.model.login_address import LoginAddress, read_login_address

ADDRESS_EXAMPLE = "imaps://user:password@imap.practice.example"


def read_mailbox_address(text: str) -> LoginAddress | None:
    """The mailbox of WATCHER_IMAP_URL; None where none is set. Raises ValueError with the cure and none of its text.

    `?server=NAME` names our own mail server, as it calls itself in Authentication-Results.
    """
    if not text:
        return None
    address = read_login_address(text, {"imaps"}, ADDRESS_EXAMPLE)
    if not (address.host and address.user and address.password):
        raise ValueError(f"it needs a user, a password and a host; write it as {ADDRESS_EXAMPLE}")
    if address.path not in {"", "/"} or not (address.query == "" or address.query.startswith("server=")):
        raise ValueError("after the host and the port only ?server=NAME may stand; a folder is named by its source")
    return address
