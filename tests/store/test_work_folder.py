"""A work folder is private, gone at the end, and cleared when its process was killed; one in use is left alone."""

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from watcher.store.work_folder import is_in_work, work_folder


def test_one_in_use_is_left_alone_and_one_that_was_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "w-left").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "w-link").symlink_to(tmp_path / "other")
    with work_folder("w-", tmp_path) as first:
        assert stat.S_IMODE(first.stat().st_mode) == 0o700
        with work_folder("w-", tmp_path) as second:
            assert {path.name for path in tmp_path.iterdir()} == {first.name, second.name, "other", "w-link"}
            assert (is_in_work("w-", tmp_path), is_in_work("v-", tmp_path)) == (True, False)
    assert {path.name for path in tmp_path.iterdir()} == {"other", "w-link"}
    assert not is_in_work("w-", tmp_path)


def test_without_locks_only_one_of_yesterday_is_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int, _what: int) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)
    for name in ("w-young", "w-old"):
        (tmp_path / name).mkdir()
    os.utime(tmp_path / "w-old", (0, 0))
    with work_folder("w-", tmp_path):
        assert ((tmp_path / "w-young").is_dir(), (tmp_path / "w-old").exists()) == (True, False)
