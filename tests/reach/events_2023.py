"""Announcements 19 and 21: August and November 2023."""

from tests.reach.event import GOVUK, Event, moment, said
from tests.reach.sites import Sites
from tests.stand_ins.cas_site import SafetyAlert
from tests.stand_ins.govuk_pages import Attachment, Edition
from tests.stand_ins.govuk_site import DHSC, MHRA, UKHSA
from tests.stand_ins.letters import head, letter, pdf

_FORWARD = moment(2023, 8, 30, 9)
_VALPROATE = moment(2023, 11, 28, 11)
_FILES = "https://assets.publishing.service.gov.uk/media"
_FORWARD_FILE = f"{_FILES}/64ef04da13ae1500116e2f5c/autumn-vaccination-letter-30-august-2023.pdf"
_VALPROATE_FILE = f"{_FILES}/6565c1e2cc1ec5000d8eef7c/natpsa-2023-013-mhra.pdf"
_VALPROATE_PAGE = "/drug-device-alerts/national-patient-safety-alert-valproate-natpsa-slash-2023-slash-013-slash-mhra"


def _brought_forward(sites: Sites) -> None:
    title = "Flu and COVID-19 vaccination brought forward to 11 September"
    body = said("A new variant is the reason. Care homes and housebound people come first.", "A letter tells more.")
    news = Edition(_FORWARD, title, "A precaution after a new variant was found.", body)
    sites.govuk.put(
        "/government/news/flu-and-covid-19-vaccination-brought-forward", "press_release", news, by=(UKHSA, DHSC)
    )
    top = head("PRN00735", ("GP practices", "PCN leads", "Community pharmacies"), "30 August 2023")
    made = letter(
        top,
        "Vaccination of adults against flu and COVID-19 starts on Monday 11 September 2023.",
        "A dose of COVID-19 vaccine given by 31 October earns £5 more, and £10 in a care home.",
        "A care home whose residents are all done by 22 October earns the provider a further £200.",
    )
    path = "/government/publications/autumn-2023-flu-and-covid-19-start"
    abstract = "A letter to all who vaccinate in the autumn of 2023."
    hung = (Attachment("Letter of 30 August 2023", _FORWARD_FILE, made, pages=3),)
    edition = Edition(
        _FORWARD, "Autumn vaccination 2023: letter on the start", abstract, said(abstract), attachments=hung
    )
    sites.govuk.put(path, "correspondence", edition, by=(UKHSA, DHSC))


def _valproate(sites: Sites) -> None:
    title = "National Patient Safety Alert: Valproate, new rules for starting treatment under the age of 55"
    made = pdf(
        (
            "NatPSA/2023/013/MHRA. Valproate: organisations prepare for new regulatory measures.",
            "No patient under 55 is started on valproate unless two specialists agree, each on their own.",
            "By 31 January 2024 each ICB names the person who leads the review of patients on valproate.",
            "Practices go on prescribing to those who take it now and refer them when asked to.",
        )
    )
    body = '<h2 id="action">Action</h2><p>Organisations read the attached alert and act on it by 31 January 2024.</p>'
    edition = Edition(
        _VALPROATE,
        f"{title} (NatPSA/2023/013/MHRA)",
        "Organisations are to prepare for new measures.",
        body,
        attachments=(Attachment("The alert", _VALPROATE_FILE, made, pages=4),),
    )
    facts: dict[str, object] = {
        "alert_type": "national-patient-safety-alert",
        "medical_specialism": ["general-practice", "neurology"],
        "issued_date": "2023-11-28",
    }
    sites.govuk.put(_VALPROATE_PAGE, "medical_safety_alert", edition, by=(MHRA,), metadata=facts)
    sites.cas.put(
        SafetyAlert(
            103_240,
            "NatPSA/2023/013/MHRA",
            title,
            "National Patient Safety Alert - MHRA",
            _VALPROATE,
            underway="28-Nov-2023",
            complete="31-Jan-2024",
            file_name="NatPSA-2023-013-MHRA.pdf",
            file=made,
        )
    )


EVENTS = (
    Event(
        19,
        "Autumn vaccination brought forward",
        _FORWARD,
        "DHSC",
        "vaccination brought forward to 11 September",
        "all done by 22 October earns the provider a further £200",
        _brought_forward,
        f"{GOVUK}/government/news/flu-and-covid-19-vaccination-brought-forward",
        _FORWARD_FILE,
    ),
    Event(
        21,
        "Valproate safety alert",
        _VALPROATE,
        "MHRA",
        "Valproate, new rules for starting treatment under the age of 55",
        "names the person who leads the review of patients on valproate",
        _valproate,
        "https://www.cas.mhra.gov.uk/ViewandAcknowledgment/ViewAlert.aspx?AlertID=103240",
        "https://www.cas.mhra.gov.uk/ViewandAcknowledgment/ViewAttachment.aspx?Attachment_id=103240",
    ),
)
