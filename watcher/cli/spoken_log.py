"""The log of `watcher run` for eyes: its records in words on stderr, with what the database knows of them.

It reads in a thread of its own, so that a slow database holds up neither the loops nor the end of the process. Nor does
a terminal that is slow, stopped or closed: then records are left out, and counted.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from datetime import datetime
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TextIO

import structlog

from watcher import store
from watcher.cli import spoken_words
from watcher.config import Configuration
from watcher.core.language.format import format_count
from watcher.store.database import Database

MAX_CLOSE_SECONDS = 1.0  # for what is still to be said when the process ends
MAX_WAITING_RECORDS = 1_000  # what comes while so many wait is left out
LEFT_OUT = "left_out"  # in a record that stands for as many others


class SpokenLog:
    """The last processor of the log: what it renders goes to `stream`. Before `listen_to` it knows no database."""

    def __init__(
        self,
        stream: TextIO,
        clock: Callable[[], datetime],
        mask: Callable[[str], str],
        *,
        shows_messages: bool = False,
    ) -> None:
        """`mask` hides the addresses in a line. `shows_messages`: who reads it sees the Messages of the console."""
        self._stream, self._clock, self._mask, self._shows_messages = stream, clock, mask, shows_messages
        self._database: Database | None = None
        self._configuration: Callable[[], Configuration] | None = None
        self._records: SimpleQueue[tuple[dict[str, Any], datetime] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._left_out, self._guard = 0, Lock()
        self._is_writing = self._is_gone = False  # gone: nobody reads the stream any more
        self._off: set[str] = set()  # sources that are being proven
        self._unread: set[str] = set()  # sources whose last poll failed

    def listen_to(self, database: Database, configuration: Callable[[], Configuration]) -> None:
        """From now on, names and headlines are read from these."""
        self._database, self._configuration = database, configuration
        self._thread = Thread(target=self._say_all, args=[database], name="spoken-log", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Say what is still to be said, for a second at most; later records are said without the database."""
        self._database = None
        self._put_left_out()
        self._records.put(None)
        if self._thread:
            self._thread.join(MAX_CLOSE_SECONDS)
            self._is_gone |= self._thread.is_alive() and self._is_writing  # a stopped terminal would stop us too

    def __call__(self, _logger: Any, _method: str, record: MutableMapping[str, Any]) -> str:
        """Say a record of ours. Raises DropEvent, as structlog wants it of who prints by itself."""
        if self._database is None:
            self._print(spoken_words.record_lines(record), self._clock())
        elif self._is_gone or self._records.qsize() >= MAX_WAITING_RECORDS:
            with self._guard:
                self._left_out += 1
        else:
            self._put_left_out()
            self._records.put((dict(record), self._clock()))
        raise structlog.DropEvent

    def render(self, _logger: Any, _method: str, record: MutableMapping[str, Any]) -> str:
        """A record of a library as one line, which the library's own handler prints."""
        return "\n".join(self._finish(spoken_words.record_lines(record), self._clock()))

    def _say_all(self, database: Database) -> None:
        while record_and_moment := self._records.get():
            self._say(*record_and_moment, database)

    def _put_left_out(self) -> None:
        """Have the number of records that were left out said in their place."""
        with self._guard:
            count, self._left_out = self._left_out, 0
        if count:
            self._records.put(({LEFT_OUT: count}, self._clock()))

    def _say(self, record: Mapping[str, Any], moment: datetime, database: Database) -> None:
        if self._is_gone:
            return
        if count := record.get(LEFT_OUT):
            was = "was" if count == 1 else "were"
            why = "left out: they came faster than they could be said"
            self._print([f"{format_count(count, 'record')} of the log {was} {why}"], moment, records=count)
            return
        try:
            lines = list(self._describe(record, moment, database))
        except Exception:  # noqa: BLE001 - a database that is away must not silence the log
            lines = list(spoken_words.record_lines({**record, "level": "warning"}))
        self._print(lines, moment)

    def _describe(self, record: Mapping[str, Any], moment: datetime, database: Database) -> Iterator[str]:
        assert self._configuration is not None
        configuration, event = self._configuration(), record.get("event")
        if event in {"started", "configuration changed"}:
            with database.read() as tx:
                states = store.sources.states(tx)
            polled = (source for source in configuration.sources.values() if source.enabled and source.is_polled)
            self._off = {source.id for source in polled if not source.is_on(states.get(source.id))}
            opening = "watching" if event == "started" else "the configuration has changed: watching"
            yield from spoken_words.opening_lines(configuration, states, moment, opening)
        elif event == "polled":
            yield from self._describe_poll(record, configuration, database)
        elif event == "delivered":
            yield from self._describe_delivery(record, configuration, database)
        else:
            yield from spoken_words.record_lines(record)

    def _describe_poll(
        self, record: Mapping[str, Any], configuration: Configuration, database: Database
    ) -> Iterator[str]:
        source_id = record["source"]
        with database.read() as tx:
            state = store.sources.states(tx, [source_id]).get(source_id)
        source = configuration.sources.get(source_id)
        name = source.name if source else source_id
        if source and source_id in self._off and source.is_on(state):
            self._off.remove(source_id)
            yield spoken_words.proven_line(name)
        if record["outcome"] in {"read", "unchanged"} and source_id in self._unread:
            self._unread.remove(source_id)
            yield spoken_words.read_again_line(name)
        elif record["outcome"] == "failed":
            self._unread.add(source_id)
        yield from spoken_words.poll_lines(record, name, state)

    def _describe_delivery(
        self, record: Mapping[str, Any], configuration: Configuration, database: Database
    ) -> Iterator[str]:
        subscriber = configuration.subscribers.get(record["subscriber"])
        via = subscriber.via if subscriber else "no longer told"
        if via == "console" and self._shows_messages and record["outcome"] == "sent":
            return  # the Message itself stands on the same screen
        with database.read() as tx:
            delivery = store.outbox.find_delivery(tx, record["delivery"])
            alerts = store.outbox.headlines_of(tx, record["delivery"])
        if record["outcome"] == "sent":
            yield from spoken_words.sent_lines(record["subscriber"], via, delivery.period if delivery else "", alerts)
        elif record["outcome"] in {"failed", "unknown", "given up"}:
            due = delivery.due if delivery and record["outcome"] != "given up" else None
            yield spoken_words.not_sent_line(record, via, due)

    def _print(self, lines: Any, moment: datetime, *, records: int = 1) -> None:
        """Never raises: that a terminal was closed is no reason to stop. After such an error nothing more is said.

        `records`: how many are left out where the stream takes no more for now.
        """
        if self._is_gone:
            return
        self._is_writing = True
        try:
            if finished := self._finish(lines, moment):
                self._stream.write("".join(f"{line}\n" for line in finished))
                self._stream.flush()
        except BlockingIOError:
            with self._guard:
                self._left_out += records
        except OSError:
            self._is_gone = True
        except Exception:  # noqa: BLE001 - one line that cannot be said silences no other
            self._is_gone = getattr(self._stream, "closed", False)
        finally:
            self._is_writing = False

    def _finish(self, lines: Any, moment: datetime) -> list[str]:
        return [self._mask(spoken_words.with_clock(line, moment)) for line in lines]
