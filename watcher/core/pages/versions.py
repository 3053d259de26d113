"""What became of watched pages: between the version that is remembered and the one just read, or two that are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from watcher.core.language.numbers import figures_in
from watcher.core.language.text import title_key
from watcher.core.pages import region
from watcher.core.pages.boilerplate import fold_line
from watcher.core.pages.compare import compare_regions
from watcher.errors import NotParsed
from watcher.model import Change, Item, LineKind, ParseResult, TextChange, Verdict, Version, key

Changes = Mapping[str, Change]
NO_CHANGES: Changes = {}


def page_changes(found: Iterable[Item], known: Mapping[str, Item]) -> Changes:
    """By identity, what became of each known Item since it was read.

    One whose text another kind wrote under the same identity is left out: this is its first sight as a watched page.
    """
    both = ((item, known[item.identity]) for item in found if item.identity in known)
    return {
        item.identity: compare_versions(version_of(was), version_of(item))
        for item, was in both
        if region.is_region_text(was.text)
    }


def without_suspect(reading: ParseResult, found: Changes) -> ParseResult:
    """The ParseResult without the documents that are suspect; NotParsed where the page itself, its first Item, is.

    So a good version is never replaced by a page that is only half there, or by another one.
    """
    suspects = {name: each.why for name, each in found.items() if each.verdict is Verdict.SUSPECT}
    if not suspects:
        return reading
    own, *documents = reading.items
    if own.identity in suspects:
        raise NotParsed(suspects[own.identity], body=reading.responses[0].body if reading.responses else b"")
    kept = tuple(item for item in documents if item.identity not in suspects)
    problems = (f"{item.url}: {suspects[item.identity]}" for item in documents if item.identity in suspects)
    return replace(reading, items=(own, *kept), problems=(*reading.problems, *problems))


def version_of(item: Item) -> Version:
    """An Item as its revision keeps it."""
    return Version(title=item.title, text=item.text)


def compare_versions(was: Version, now: Version) -> Change:
    """What became of a page between two versions; a headline that stands outside the watched part is a part of it."""
    if was == now:
        return Change(verdict=Verdict.COSMETIC)
    before, after = region.read_region(was.text), region.read_region(now.text)
    if before.lines and all(line.kind is LineKind.BANNER for line in before.lines) and not after.banner:
        return Change(
            verdict=Verdict.CHANGED, text=(TextChange(was=before.banner),)
        )  # all else came back, nothing joined
    change = compare_regions(before, after)
    told = change.verdict in {Verdict.COSMETIC, Verdict.CHANGED}
    if not told or fold_line(was.title) == fold_line(now.title) or _tells(change, was.title):
        return change
    return replace(change, verdict=Verdict.CHANGED, text=(TextChange(was=was.title, now=now.title), *change.text))


def _tells(change: Change, title: str) -> bool:
    return any(title_key(pair.was) == title_key(title) for pair in change.text)


def drops_a_figure(was: Version, now: Version) -> bool:
    """Whether a figure, day or month that stood on the page stands there no longer."""
    change = compare_versions(was, now)
    reworded = [pair for pair in change.text if pair.was and pair.now]
    went = [*(line.text for line in change.removed), *(pair.was for pair in change.text if not pair.now)]
    came = [*(line.text for line in change.added), *(pair.now for pair in change.text if not pair.was)]
    gone = figures_in(" ".join(went)) - figures_in(" ".join(came))  # a sentence that is written anew is one of each
    return bool(gone) or any(figures_in(pair.was) - figures_in(pair.now) for pair in reworded)


def changed_words(change: Change) -> str:
    """All that came, went or is said otherwise."""
    lines = [line.text for line in (*change.added, *change.removed)]
    return "\n".join([*lines, *(side for pair in change.text for side in (pair.was, pair.now) if side)])


def version_key(seen: Version) -> str:
    """By what a version is known again: the same page once more is an edit that was taken back."""
    return key("version", fold_line(seen.title), seen.text)
