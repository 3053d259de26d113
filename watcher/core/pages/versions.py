"""How watched pages changed: between the version that is remembered and the one just read, or two that are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from watcher.core.language import region_text
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.numbers import figures_in
from watcher.core.language.text import title_key
from watcher.core.pages.boilerplate_lines import fold_line
from watcher.core.pages.compare import compare_regions
from watcher.model import Change, Item, LineKind, TextChange, Verdict, Version, key

Changes = Mapping[str, Change]
NO_CHANGES: Changes = {}
NOT_COMPARED = Change(verdict=Verdict.CHANGED)  # it is another version, and nothing surely right can be said of how
_UNREAD_FILE = lazy_regex(r"File(?: without words)? of [\d,]+ bytes, [0-9a-f]+")
_READ_FILE = lazy_regex(r"(?:PDF|Word) file\n")


def file_mark(body: bytes) -> str:
    """The text of an Item that is a file without words, such as a scan: another file makes another text."""
    return f"File without words of {len(body):,} bytes, {key(body.hex())}"


def was_unread_file(text: str) -> bool:
    """Whether a text is the mark of a file from before the words of files were read."""
    return text.startswith("File of ") and bool(_UNREAD_FILE.fullmatch(text))


def as_file_text(kind: str, text: str) -> str:
    """The text of an Item that is a file whose words are read; its first line says which `kind` ("PDF file")."""
    return f"{kind}\n{text}"


def is_file(version: Version) -> bool:
    """Whether a version is a file, such as a PDF, and no page."""
    return bool(_UNREAD_FILE.fullmatch(version.text) or _READ_FILE.match(version.text))


def is_of_another_kind(was: Version, now: Version) -> bool:
    """Whether one of two versions is a file and the other a page: they are never compared."""
    return is_file(was) is not is_file(now)


def version_of(item: Item) -> Version:
    """The headline and text of an Item, as its revision keeps them."""
    return Version(title=item.title, text=item.text)


def text_edits(items: Iterable[Item], stored: Mapping[str, Item]) -> Changes:
    """The Changes of known Items whose text is kept line by line, by identity; of a text that was not read none."""
    edits: dict[str, Change] = {}
    for item in items:
        before = stored.get(item.identity)
        if before and item.text and region_text.is_region_text(before.text):
            change = compare_versions(version_of(before), version_of(item))
            edits[item.identity] = NOT_COMPARED if change.verdict is Verdict.SUSPECT else change
    return edits


def compare_versions(was: Version, now: Version) -> Change:
    """The Change of a page between two versions; a headline that stands outside the watched part is a part of it."""
    if was == now:
        return Change(verdict=Verdict.COSMETIC)
    if is_of_another_kind(was, now):
        return NOT_COMPARED
    if is_file(now):
        return _compare_files(was, now)
    before, after = region_text.read_region(was.text), region_text.read_region(now.text)
    if before.lines and all(line.kind is LineKind.BANNER for line in before.lines) and not after.banner:
        # Only the notice was left, and the page is back: nothing of it is new.
        return Change(verdict=Verdict.CHANGED, text=(TextChange(was=before.banner),))
    change = compare_regions(before, after)
    comparable = change.verdict in {Verdict.COSMETIC, Verdict.CHANGED}
    if not comparable or fold_line(was.title) == fold_line(now.title) or _has_old_title(change, was.title):
        return change
    return replace(change, verdict=Verdict.CHANGED, text=(TextChange(was=was.title, now=now.title), *change.text))


def _compare_files(was: Version, now: Version) -> Change:
    """The Change of a file, in words where both have words. No file is doubted: a shorter letter is another letter.

    Where the words of the same file can be read for the first time, nothing has changed.
    """
    if not _READ_FILE.match(now.text):
        return NOT_COMPARED
    if not _READ_FILE.match(was.text):
        return Change(verdict=Verdict.COSMETIC) if was_unread_file(was.text) else NOT_COMPARED
    change = compare_regions(region_text.read_region(was.text), region_text.read_region(now.text))
    return NOT_COMPARED if change.verdict is Verdict.SUSPECT else change


def _has_old_title(change: Change, title: str) -> bool:
    """Whether the Change of the text already shows that the headline was reworded."""
    return any(title_key(pair.was) == title_key(title) for pair in change.text)


def drops_a_figure(was: Version, now: Version) -> bool:
    """Whether a figure, day or month that stood on the page stands there no longer."""
    change = compare_versions(was, now)
    reworded = [pair for pair in change.text if pair.was and pair.now]
    removed = [*(line.text for line in change.removed), *(pair.was for pair in change.text if not pair.now)]
    added = [*(line.text for line in change.added), *(pair.now for pair in change.text if not pair.was)]
    # A sentence that was written anew is one removed and one added.
    dropped = figures_in(" ".join(removed)) - figures_in(" ".join(added))
    return bool(dropped) or any(figures_in(pair.was) - figures_in(pair.now) for pair in reworded)


def changed_words(change: Change) -> str:
    """Every line that was added, removed or reworded (as it was and as it is), one per line."""
    lines = [line.text for line in (*change.added, *change.removed)]
    return "\n".join([*lines, *(text for pair in change.text for text in (pair.was, pair.now) if text)])


def version_key(version: Version) -> str:
    """By what a version is recognised: the same page once more is an edit that was taken back."""
    return key("version", fold_line(version.title), version.text)
