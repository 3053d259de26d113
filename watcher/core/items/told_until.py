"""A moment until which all that a source published counts as told, since its database was brought back from a backup.

It is remembered until the source is read as a whole, and at no later poll: what it lists then is recorded, edits
too, as at a first poll (P4), and news is what is surely dated later. A day or a month that holds that moment is not.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from watcher.model import ParseResult, SourceState
from watcher.model.source import IS_BEHIND, TOLD_UNTIL


def mark_told_until(state: SourceState, moment: datetime) -> SourceState:
    """The state of a source of which all that was published until `moment` (UTC) counts as told."""
    memory = {**state.memory, TOLD_UNTIL: moment.isoformat()}
    return replace(forget_answers(state), memory=memory, first_success=None)


def forget_answers(state: SourceState) -> SourceState:
    """The state of a source whose next answer is read as a whole, whatever was read last."""
    return replace(state, validators={}, last_answer="")


def read_told_until(state: SourceState) -> datetime | None:
    """The moment (UTC) until which all counts as told at the next poll; None where each Item is news by its own age."""
    moment = state.memory.get(TOLD_UNTIL)
    return datetime.fromisoformat(moment) if moment else None


def memory_after(state: SourceState, parsed: ParseResult) -> Mapping[str, Any]:
    """What is remembered for the source's kind after a poll that read it: the moment too while it has not read all."""
    told_until = {name: moment for name, moment in state.memory.items() if name == TOLD_UNTIL}
    if parsed.unchanged:
        return state.memory
    return {**parsed.memory, **told_until} if parsed.memory.get(IS_BEHIND) else parsed.memory
