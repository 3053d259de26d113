"""What the database says at the moment of a scrape. While it is away nothing is said, but that it is away."""

from collections.abc import Callable, Iterator
from datetime import datetime

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from watcher import store
from watcher.config import Configuration
from watcher.core.watching.health import Health
from watcher.core.watching.source_status import SourceStatus
from watcher.reports.source_health import source_statuses
from watcher.store.database import Database

log = structlog.get_logger()


class StoredGauges(Collector):
    """The gauges that are read from the database; replicas say the same."""

    def __init__(
        self, database: Database, configuration: Callable[[], Configuration], clock: Callable[[], datetime]
    ) -> None:
        self._database, self._configuration, self._clock = database, configuration, clock

    def describe(self) -> Iterator[Metric]:
        """Their names, without asking the database."""
        yield from (_database_gauge(), _source_gauge(), _due_gauge())

    def collect(self) -> Iterator[Metric]:
        """Their values now."""
        now = self._clock()
        try:
            with self._database.read() as tx:
                states = store.sources.states(tx)
                due = store.delivery_times.oldest_due(tx, now)
        except SQLAlchemyError as error:
            log.warning("the database could not be asked for figures", error=type(error).__name__)
            yield _database_gauge(0)
            return
        yield _database_gauge(1)
        yield _source_gauge(*source_statuses(self._configuration(), states, now))
        yield _due_gauge((now - due).total_seconds() if due else 0)


def _database_gauge(*values: float) -> Metric:
    gauge = GaugeMetricFamily("watcher_database_up", "Whether the database answered.")
    for is_up in values:
        gauge.add_metric([], is_up)
    return gauge


def _source_gauge(*statuses: SourceStatus) -> Metric:
    words = "1 for the state that a source is in, of those that are on."
    gauge = GaugeMetricFamily("watcher_source_state", words, labels=["source", "state"])
    for status in statuses:
        for health in Health:
            gauge.add_metric([status.source, str(health)], float(status.health is health))
    return gauge


def _due_gauge(*values: float) -> Metric:
    gauge = GaugeMetricFamily("watcher_oldest_due_seconds", "How long the delivery that waits longest has been due.")
    for seconds in values:
        gauge.add_metric([], seconds)
    return gauge
