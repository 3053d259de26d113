"""A few days of the soak, so that it cannot rot: `make soak` lives a whole year."""

import asyncio
from pathlib import Path

import pytest

from bench.soak.year import Year

FIGURES = {"items published", "alerts expected", "messages accepted"}


@pytest.mark.slow
@pytest.mark.fault(20, 21, 33, 35, 66, 67, 106)
@pytest.mark.promise("P1", "P2", "P8", "P11", "P12")
@pytest.mark.parametrize("seed", [1, 2])
def test_in_days_of_every_kind_of_trouble_no_promise_is_broken(seed: int, tmp_path: Path) -> None:
    said: list[str] = []
    verdict = asyncio.run(Year(seed, 5, tmp_path, said.append).live())
    assert verdict.broken == []
    rows = dict(verdict.rows)
    assert all(int(rows[name].replace(",", "")) > 100 for name in FIGURES)
    assert int(rows["backups taken and read back"]) >= 5
    assert int(rows["rows of the last, restored"].replace(",", "")) > 1000
    assert said
