"""The API against its own description: asked at random, in every way that it allows and in many that it does not."""

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis import engine
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.engine.events import EngineEvent, FatalError, NonFatalError, ScenarioFinished
from starlette.types import ASGIApp

from tests.support.flu_week import flu_week, open_pages
from watcher.web.app import build_pages

SEED = 20_261_127
EXAMPLES = 80  # of each address: some 1,000 requests
HOST = "testserver"  # as which schemathesis asks


@contextmanager
def pages(folder: Path) -> Iterator[ASGIApp]:
    """The pages over the week, as an application that another thread's loop may ask, as often as it likes."""
    ready: dict[str, Any] = {}
    started = threading.Event()

    async def serve() -> None:
        ready["stop"], ready["loop"] = asyncio.Event(), asyncio.get_running_loop()
        async with (
            flu_week(folder, f"sqlite:///{folder / 'watcher.db'}") as opened,
            open_pages(opened, public_url=f"http://{HOST}") as (_, site),
        ):
            site.limits.seconds_to_wait = lambda *_: 0  # type: ignore[method-assign]
            ready["pages"] = build_pages(site)
            started.set()
            await ready["stop"].wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    started.wait()
    try:
        yield ready["pages"]
    finally:
        ready["loop"].call_soon_threadsafe(ready["stop"].set)
        thread.join()


def is_made_up_cursor(check: Any, interaction: Any) -> bool:
    """A cursor is text to the description, and only those that we gave are accepted: that is no fault."""
    answer = interaction.response
    if check.name != "positive_data_acceptance" or answer.status_code != 400:
        return False
    return bool(answer.json()["field"] == "cursor")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of starlette's client for tests, which schemathesis takes
def test_no_request_breaks_it_and_every_answer_is_as_described(tmp_path: Path) -> None:
    sys.stderr.write(f"seed {SEED}\n")
    generation = {"max-examples": EXAMPLES, "mode": "all", "database": "none", "no-shrink": True}
    configuration = SchemathesisConfig.from_dict({"seed": SEED, "generation": generation})
    statuses: Counter[int] = Counter()
    faults: list[str] = []
    with pages(tmp_path) as application:
        schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", application, config=configuration)
        for happened in engine.from_schema(schema).execute():
            faults += list_faults(happened)
            if isinstance(happened, ScenarioFinished):
                answers = (interaction.response for interaction in happened.recorder.interactions.values())
                statuses.update(int(answer.status_code) for answer in answers if answer is not None)
    sys.stderr.write(f"{dict(statuses)}\n")
    assert faults == []
    assert sum(statuses.values()) > 500
    assert not [status for status in statuses if status >= 500]
    assert {200, 400, 404, 405} <= set(statuses)
    assert {"not_a_server_error", "response_schema_conformance", "negative_data_rejection"} <= set(
        CHECKS.get_all_names()
    )


def list_faults(happened: EngineEvent) -> Iterator[str]:
    """What went wrong, with the request that shows it."""
    if isinstance(happened, NonFatalError | FatalError):
        yield repr(happened)
    if not isinstance(happened, ScenarioFinished):
        return
    for case, checks in happened.recorder.checks.items():
        for check in checks:
            if check.failure_info and not is_made_up_cursor(check, happened.recorder.interactions[case]):
                yield f"{check.name}: {check.failure_info.failure.message}\n{check.failure_info.code_sample}"
