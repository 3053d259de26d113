"""Announcements in our own words, from the facts of 20 November 2020 and of January 2022.

Placed, not facts: clock times, the dates by which central vaccine is to be ordered and lists are to be returned, claims
due on 11 December, the leaflet's withdrawal, and the report on Covid vaccinations.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from watcher.model import Authority, Item, Precision, Published, Status, StoryItem, Trust

YEAR = 2020


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An Item as one publisher published it, when we saw it, and the Status that it gave to its Story."""

    item: Item
    publisher: str
    trust: Trust
    at: datetime
    status: Status

    @property
    def story_item(self) -> StoryItem:
        return StoryItem(
            item=self.item.id,
            identity=self.item.identity,
            source=self.item.source,
            trust=self.trust,
            publisher=self.publisher,
            title=self.item.title,
            url=self.item.url,
            seen_at=self.at,
            published=self.item.published,
            authority=Authority.OFFICIAL if self.trust.confirms else Authority.REPORT,
        )


def at(day: int, month: int, clock: str, year: int = YEAR) -> datetime:
    """A moment of winter, when London's clock shows UTC."""
    hour, minute = map(int, clock.split(":"))
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def minute_of(moment: datetime) -> Published:
    return Published(at=moment, day=date(moment.year, moment.month, moment.day), precision=Precision.MINUTE)


def told(
    publisher: str, moment: datetime, path: str, title: str, summary: str, *text: str, status: Status = Status.CONFIRMED
) -> Telling:
    source, host, trust = PUBLISHERS[publisher]
    url = f"https://{host}.example{path}"
    item = Item(
        source=source,
        identity=url,
        url=url,
        title=title,
        summary=summary,
        text="\n".join(text),
        published=minute_of(moment),
        first_seen=moment,
    )
    return Telling(item=item, publisher=publisher, trust=trust, at=moment, status=status)


PUBLISHERS = {
    "BBC News": ("press", "press", Trust.PRESS),
    "Pulse": ("trade", "trade", Trust.TRADE),
    "NHS England": ("nhse", "nhse", Trust.OFFICIAL),
    "DHSC": ("govuk", "govuk", Trust.OFFICIAL),
    "PCSE": ("pcse", "pcse", Trust.OFFICIAL),
}

FLU_HEARD = told(
    "BBC News",
    at(20, 11, "07:41"),
    "/news/over-50s-flu",
    "Free flu vaccination for everyone aged 50 to 64 from 1 December",
    "The health secretary said on breakfast television that people aged 50 to 64 in England can have the flu vaccine "
    "from Tuesday 1 December.",
    "People aged 50 to 64 in England will be able to have a free flu vaccine from 1 December, the health secretary has "
    "told breakfast television.",
    "Until now the group had been told to wait until older people and those at higher risk had been called. He said "
    "enough vaccine was now available to go further.",
    "He did not say how people would be invited, or whether surgeries had been told.",
    status=Status.REPORTED,
)
FLU_TRADE = told(
    "Pulse",
    at(20, 11, "10:25"),
    "/news/december-start-over-50s-flu",
    "December start for over-50s flu vaccine catches practices unaware",
    "Practices heard the date with their patients; managers report an empty inbox and a full phone queue.",
    status=Status.REPORTED,
)
FLU_OFFICIAL = told(
    "NHS England",
    at(20, 11, "17:05"),
    "/publication/flu-vaccination-50-to-64",
    "Free flu vaccination for everyone aged 50 to 64 from 1 December",
    "Information for GP practices in England on the extended flu vaccination programme: who, from when, ordering and "
    "payment.",
    "To: GP practices in England. From Tuesday 1 December 2020 practices can give the flu vaccine to all patients aged "
    "50 to 64, including those who turn 50 by 31 March 2021. People already in a group that is called keep their "
    "priority. Community pharmacies join on the same day.",
    "Ordering: practices can order from the vaccine secured centrally by the Department of Health and Social Care. "
    "Orders go to the manufacturers named in the department's guidance, which was updated today.",
    "Payment: an item of service fee is paid for each vaccination under the flu directed enhanced service. Vaccine "
    "from the central supply costs the practice nothing, so do not send an FP34D claim for it: no reimbursement and no "
    "dispensing fee is due.",
    "Not settled yet: the last date for the new group, and whether practices need a new search or invitation template. "
    "A further note will follow.",
)
_ORDER_TITLE = "Flu vaccine for people aged 50 to 64: how practices order central stock"
_ORDER_SUMMARY = "Guidance for GP practices in England on vaccine from the central supply."
_ORDER_MISSED = "Orders that are not received by then will be rejected."
ORDER = told(
    "DHSC",
    at(20, 11, "17:20"),
    "/guidance/central-flu-vaccine",
    _ORDER_TITLE,
    _ORDER_SUMMARY,
    "To: GP practices in England.",
    "Practices must order vaccine through the manufacturers' portals by 5pm on Friday 27 November 2020.",
    _ORDER_MISSED,
    "The vaccine is free, so practices must leave it out of their FP34D claim.",
)
ORDER_MOVED = told(
    "DHSC",
    at(26, 11, "11:10"),
    "/guidance/central-flu-vaccine",
    _ORDER_TITLE,
    _ORDER_SUMMARY,
    "To: GP practices in England.",
    "Practices must order vaccine through the manufacturers' portals by 5pm on Wednesday 2 December 2020.",
    _ORDER_MISSED,
    "The vaccine is free, so practices must leave it out of their FP34D claim.",
    status=Status.CHANGED,
)
CLAIMS = told(
    "NHS England",
    at(18, 11, "14:00"),
    "/publication/november-flu-claims",
    "Flu vaccination: claims for November",
    "For GP practices in England.",
    "To: GP practices in England.",
    "Practices must submit their claims for November by Friday 11 December 2020.",
)
LEAFLET = told(
    "DHSC",
    at(19, 11, "15:05"),
    "/publications/flu-leaflet-50-to-64",
    "Flu vaccination: who must wait, a note for practices on people aged 50 to 64",
    "Practices should ask people aged 50 to 64 to wait.",
)
LEAFLET_GONE = told(
    "DHSC",
    at(20, 11, "18:30"),
    "/publications/flu-leaflet-50-to-64-withdrawn",
    "Flu vaccination: note on asking people aged 50 to 64 to wait is withdrawn",
    "The note of 19 November no longer applies, because the group is offered the vaccine from 1 December.",
    status=Status.WITHDRAWN,
)
COVID_HEARD = told(
    "Pulse",
    at(20, 11, "21:15"),
    "/news/covid-vaccine-practices",
    "GP practices to start Covid vaccinations in December, says health secretary",
    "He expects groups of practices to give the first doses, and named neither a day nor a fee.",
    status=Status.REPORTED,
)
LIST = told(
    "PCSE",
    at(6, 1, "09:20", 2022),
    "/news/list-validation-return",
    "List validation: return your patient list data",
    "For practice managers and registrations leads.",
    "Audience: GP practices in England, practice managers and registrations leads.",
    "Practices must return their list validation data to PCSE by 12 noon on Tuesday 11 January 2022.",
    "Practices that do not reply in time will be reported to the commissioner.",
)
LIST_TRADE = told(
    "Pulse",
    at(10, 1, "08:35", 2022),
    "/news/pcse-five-days",
    "PCSE gave practices five days for patient list checks, contract says 30",
    "The BMA took up requests that reached practices at short notice.",
    status=Status.CONFIRMED,
)
LIST_GONE = told(
    "PCSE",
    at(10, 1, "15:40", 2022),
    "/news/list-validation-january-2022",
    "PCSE withdraws its list validation requests to GP practices until February",
    "No list validation data needs to be returned for now.",
    "Audience: GP practices in England, practice managers and registrations leads.",
    "On the instruction of NHS England, PCSE has withdrawn the list validation requests of January 2022. Practices "
    "need not return their list validation data by 11 January 2022.",
    "The pause will be reviewed at the beginning of February 2022. When requests start again, practices have 30 days "
    "to reply, as their contract provides.",
    status=Status.WITHDRAWN,
)
