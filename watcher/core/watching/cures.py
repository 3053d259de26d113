"""What a person can do about a poll that failed: its cure in one line, by what was answered."""

from collections.abc import Mapping

from watcher.model import Fault, SourceState

# By words of ours in the reason, the more exact before the more general; {source} is the id.
_BY_REASON: Mapping[str, str] = {
    "robots.txt asks us": "find another way with `watcher add URL`, or take it by hand: `watcher add {source} --paste`",
    "a private address": "correct its `url`; if it is meant, name its network in WATCHER_ALLOW_PRIVATE",
    "WATCHER_IMAP_URL": "set WATCHER_IMAP_URL, and start again",
    "a fault in watcher": "please report it, with what `watcher quarantine` keeps of it",
    "HTTP 401": "the site refuses machines: take it by hand, `watcher add {source} --paste`",
    "HTTP 403": "the site refuses machines: take it by hand, `watcher add {source} --paste`",
    "HTTP 404": "look at the site in a browser; if it moved, correct `url`, or find it with `watcher add URL`",
    "HTTP 410": "it was taken away for good: find what took its place with `watcher add URL`, or switch it off",
    "HTTP 429": "wait; if it stays so, raise its `every`",
    "HTTP 5": "its server has a fault of its own: wait, it is tried again",
    "larger than": "watch a smaller page or feed of the site",
}
_BY_FAULT: Mapping[Fault, str] = {
    Fault.UNREACHABLE: "it is tried again; when other sources fail too, look at the network of this machine",
    Fault.SUSPECT: "see what it gives with `watcher try {source}`, and what it gave with `watcher quarantine`; "
    "if its page was redesigned, correct its entry",
    Fault.GONE: _BY_REASON["HTTP 410"],
}
_TRY = "it is tried again; look yourself with `watcher try {source}`"


def find_cure(source: str, why: str, fault: Fault = Fault.NONE) -> str:
    """What to do about a failed poll of the source with that id, for a person; `why` and `fault` are those of it."""
    by_reason = (cure for words, cure in _BY_REASON.items() if words in why)
    cure = next(by_reason, None) or _BY_FAULT.get(fault, _TRY)
    return cure.replace("{source}", source)


def cure_of_state(source: str, state: SourceState | None) -> str:
    """The cure of a source's last failure, or "" where its last poll succeeded."""
    return find_cure(source, state.error, state.fault) if state and state.error else ""
