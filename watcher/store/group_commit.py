"""Group commit: what can wait a moment is saved together with others in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

Work = TypeVar("Work")
Saved = TypeVar("Saved")
MAX_GATHER_SECONDS = 0.05


class GroupCommit(Generic[Work, Saved]):
    """Gathers work until a transaction begins: all that comes within MAX_GATHER_SECONDS, or while another one runs.

    A transaction costs more than what it saves where that is one line: 400 polls that found nothing new cost 0.5 s of
    CPU together, and 1.2 s one by one. For work whose result nobody waits for.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Work, asyncio.Future[Saved]]] = []
        self._is_all_there = asyncio.Event()
        self._saving: asyncio.Task[None] | None = None

    async def add(
        self, work: Work, save: Callable[[Sequence[Work]], Awaitable[Sequence[Saved]]], unfinished: int
    ) -> Saved:
        """What `save` gives for `work`, in the order of what it was given. Raises what `save` raises for it.

        `unfinished`: how much work can still come; once it is all there, none waits.
        """
        saved: asyncio.Future[Saved] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, saved))
        if len(self._waiting) >= unfinished:
            self._is_all_there.set()
        if self._saving is None:
            self._saving = asyncio.create_task(self._save_what_waits(save))
        return await saved

    async def _save_what_waits(self, save: Callable[[Sequence[Work]], Awaitable[Sequence[Saved]]]) -> None:
        try:
            while self._waiting:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._is_all_there.wait(), MAX_GATHER_SECONDS)
                self._is_all_there.clear()
                gathered, self._waiting = self._waiting, []
                if not await _save_together(gathered, save):
                    for alone in gathered:
                        await _save_together([alone], save)
        finally:
            self._saving = None


async def _save_together(
    gathered: Sequence[tuple[Work, asyncio.Future[Saved]]],
    save: Callable[[Sequence[Work]], Awaitable[Sequence[Saved]]],
) -> bool:
    """Whether each has its result, or its error. False: several failed as one, and which of them did is not known.

    What ends the process or this task is raised for all of them: nobody waits for a result that cannot come.
    """
    try:
        results = await save([work for work, _ in gathered])
    except BaseException as error:
        is_end = not isinstance(error, Exception)
        if len(gathered) > 1 and not is_end:
            return False
        for _, saved in gathered:
            if not saved.done():  # nobody waits for it where its poll was cancelled
                saved.set_exception(error)
        if isinstance(error, asyncio.CancelledError):
            raise
        return True
    for (_, saved), result in zip(gathered, results, strict=True):
        if not saved.done():
            saved.set_result(result)
    return True
