"""The thirty announcements of 2020 to 2026, by number, and the sites on which they stood, ordinary neighbours and all.

What each body published is told in our own words from the facts of the announcement; what none of our papers tells
(hours of the day, some addresses, references and details of letters) is invented.
"""

from tests.reach import events_2020, events_2021, events_2022, events_2023, events_2024, events_2025, events_2026
from tests.reach.event import Event
from tests.reach.neighbours import put_neighbours
from tests.reach.sites import Sites
from tests.stand_ins.answer import StandInSite

_YEARS = (events_2020, events_2021, events_2022, events_2023, events_2024, events_2025, events_2026)
EVENTS: tuple[Event, ...] = tuple(
    sorted((event for year in _YEARS for event in year.EVENTS), key=lambda event: event.number)
)


def loaded() -> Sites:
    """All sites by name, with every event and its neighbours."""
    sites = Sites()
    for event in EVENTS:
        put_neighbours(sites, event.number, event.at)
    for event in EVENTS:
        if event.put:
            event.put(sites)
    return sites


def all_sites() -> list[StandInSite]:
    """One site for each host; what they show depends only on the moment at which they are asked."""
    return loaded().all()


sites_at_start = all_sites
