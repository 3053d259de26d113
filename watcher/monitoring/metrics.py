"""The figures of this process for Prometheus: counters of what it did, and what the database says when it is asked.

All stand in a registry of their own. Each value of a label comes from the configuration or from a short list of ours,
so that no text of a publisher makes a new series. What counts is what this process did: replicas are added up.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import choose_encoder
from sqlalchemy.exc import SQLAlchemyError

from watcher import store
from watcher.config import Configuration
from watcher.deliver import DeliveryResult
from watcher.monitoring.stored_gauges import StoredGauges
from watcher.poll import PollResult
from watcher.store.database import Database

MAX_DELIVERIES_KEPT = 100_000  # sent since the last scrape; of more, the first are not measured
_MINUTE = 60
DELIVERY_BUCKETS = tuple(minutes * _MINUTE for minutes in (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 360, 1440))
PAGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
log = structlog.get_logger()


class Metrics:
    """Counts what it hears, and writes all figures down when it is asked; from any thread."""

    def __init__(
        self, database: Database, configuration: Callable[[], Configuration], clock: Callable[[], datetime]
    ) -> None:
        """`configuration`: the one in use; `clock` gives UTC."""
        self.registry = CollectorRegistry()
        self._database, self._configuration = database, configuration
        self._sent: deque[str] = deque(maxlen=MAX_DELIVERIES_KEPT)
        self._polls = Counter("watcher_polls", "Polls of sources.", ["source", "outcome"], registry=self.registry)
        self._items = Counter("watcher_items", "New items.", ["source"], registry=self.registry)
        self._matches = Counter("watcher_matches", "Topics of items.", ["topic"], registry=self.registry)
        words = "Attempts to deliver."
        self._deliveries = Counter("watcher_deliveries", words, ["via", "outcome"], registry=self.registry)
        words = "From when it was published, to the minute, until a channel accepted it; without digests."
        self._delays = Histogram("watcher_delivery_seconds", words, buckets=DELIVERY_BUCKETS, registry=self.registry)
        words = "How long pages took."
        self._pages = Histogram("watcher_web_seconds", words, ["page"], buckets=PAGE_BUCKETS, registry=self.registry)
        self.registry.register(StoredGauges(database, configuration, clock))

    def observe_result(self, result: PollResult | DeliveryResult) -> None:
        """Count how a poll or an attempt to deliver went."""
        if isinstance(result, PollResult):
            self._polls.labels(result.source, result.outcome).inc()
            self._items.labels(result.source).inc(result.fresh)
            for topic in result.topics:
                self._matches.labels(topic).inc()
            return
        subscriber = self._configuration().subscribers.get(result.subscriber)
        self._deliveries.labels(subscriber.via if subscriber else "none", result.outcome).inc()
        if result.outcome == "sent":
            self._sent.append(result.delivery)

    def observe_page(self, page: str, seconds: float) -> None:
        """Count a page, by its name in the table of pages."""
        self._pages.labels(page).observe(seconds)

    def write(self, accept: str) -> tuple[bytes, str]:
        """All figures in the format that a scraper accepts, and its content type. It reads the database."""
        self._measure_delays()
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type

    def _measure_delays(self) -> None:
        """Of what was sent since the last time. While the database is away, it waits."""
        sent = [self._sent.popleft() for _ in range(len(self._sent))]
        try:
            with self._database.read() as tx:
                delays = store.delivery_times.seconds_after_publication(tx, sent) if sent else []
        except SQLAlchemyError as error:
            self._sent.extendleft(reversed(sent))
            log.warning("delays are not measured", error=type(error).__name__)
            return
        for seconds in delays:
            self._delays.observe(seconds)
