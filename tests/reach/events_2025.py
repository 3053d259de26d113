"""Announcements 24 to 27: February to October 2025."""

from datetime import date

from tests.reach.event import GOVUK, NHSE, Event, moment, said
from tests.reach.sites import Sites, long_read
from tests.stand_ins.govuk_pages import Edition
from tests.stand_ins.govuk_site import UKHSA
from tests.stand_ins.legislation_site import Instrument

_CONTRACT, _CONTRACT_LETTER = moment(2025, 2, 28, 11), moment(2025, 2, 28, 14)
_JESS = moment(2025, 9, 23, 6)
_MMRV = moment(2025, 10, 31, 11)
_ACCESS = moment(2025, 6, 24, 8, 12)
_CONTRACT_SLUG = "changes-to-the-gp-contract-in-2025-26"
_JESS_NEWS = "/government/news/jessica-bradys-legacy-inspires-new-life-saving-gp-safety-rule"
_JESS_SLUG = "letter-implementation-jesss-rule-three-strikes-and-we-rethink"
_MMRV_PATH = "/government/publications/introduction-of-a-routine-varicella-mmrv-vaccination-programme"
_MMRV_NAME = "introduction-of-a-routine-varicella-mmrv-vaccination-programme-for-children-at-one-year-and-18-months"


def _contract(sites: Sites) -> None:
    title = "£889 million more for general practice in a new contract"
    body = said("The contract is agreed with the profession for the first time in four years.", "Targets are cut.")
    news = Edition(_CONTRACT, title, "Fewer targets, more family doctors, online booking all day.", body)
    sites.govuk.put("/government/news/889-million-more-for-general-practice", "press_release", news)
    first = said("To: GP practices, PCN clinical directors. 28 February 2025.", "Dear colleagues, the chapters follow.")
    chapters = (
        ("Money and targets", said("Thirty-two of the indicators of quality are retired, and £298 million is moved.")),
        (
            "Patients and access",
            said(
                "The tools for online requests stay switched on through core hours from 1 October 2025.",
                "The charter for patients is printed on the website of the practice by the same day.",
            ),
        ),
        ("Networks", said("One pot pays for doctors and for all other additional roles.")),
    )
    long_read(sites.nhse, _CONTRACT_SLUG, _CONTRACT_LETTER, "GP contract changes in 2025/26", first, chapters)


def _three_times(sites: Sites) -> None:
    title = "Jess's Rule: GPs asked to think again at the third visit"
    body = said("A patient who comes a third time with the same complaint is looked at afresh.", "Posters follow.")
    news = Edition(_JESS, title, "A rule in memory of a young woman whose cancer was found too late.", body)
    sites.govuk.put(_JESS_NEWS, "press_release", news)
    words = said(
        "To: integrated care boards, community trusts. cc: GP practices, PCN clinical directors. 23 September 2025. "
        "Dear colleagues, a patient who comes again and again may be seriously ill, and we write to say what the "
        "health system can do to notice it. The royal college has helped with this advice, and we thank the family.",
        "At the third contact without a diagnosis the practice reads the record, examines in person, asks a colleague.",
        "This is advice and no part of the contract.",
    )
    long_read(sites.nhse, _JESS_SLUG, _JESS, "Letter on Jess's Rule", words)


def _four_in_one(sites: Sites) -> None:
    body = said(
        "To: ICB leads, regional teams. For onward cascade to: GP practices, school-age teams. 31 October 2025.",
        "Dear colleagues, MMRV takes the place of MMR from 1 January 2026, at one year and at 18 months.",
        "Children born from 1 January 2020 to 31 August 2022 without chickenpox are called once, from 1 November 2026.",
        "Practices run down their stock of MMR in December and order MMRV through ImmForm.",
    )
    title = "Chickenpox joins the childhood programme as MMRV: letter to the NHS"
    abstract = "How the vaccine against four diseases comes into the routine programme."
    sites.govuk.letter(_MMRV_PATH, _MMRV_NAME, _MMRV, title, abstract, body, by=(UKHSA,))


def _access(sites: Sites) -> None:
    kinds = "(General Medical Services Contracts and Personal Medical Services Agreements)"
    title = f"The National Health Service {kinds} (Amendment) Regulations 2025"
    sites.legislation.put(
        Instrument(
            2025,
            727,
            title,
            date(2025, 6, 19),
            date(2025, 6, 23),
            _ACCESS,
            "Changes to the terms of contracts with GP practices.",
            (
                "These rules are in force from 21 July 2025, those on access from 1 October 2025.",
                "A contractor keeps contact by telephone, online and in person open throughout core hours.",
                "A contractor gives read access through GP Connect to those who treat its patients elsewhere.",
                "A contractor records what harmed or could have harmed a patient with the national service.",
            ),
        )
    )


EVENTS = (
    Event(
        24,
        "Contract 2025/26",
        _CONTRACT,
        "DHSC",
        "£889 million more for general practice in a new contract",
        "The tools for online requests stay switched on through core hours",
        _contract,
        f"{GOVUK}/government/news/889-million-more-for-general-practice",
        f"{NHSE}/long-read/{_CONTRACT_SLUG}/patients-and-access/",
        _CONTRACT_LETTER,
        proven_text=False,
    ),
    Event(
        25,
        "Jess's Rule",
        _JESS,
        "DHSC",
        "GPs asked to think again at the third visit",
        "the practice reads the record, examines in person, asks a colleague",
        _three_times,
        GOVUK + _JESS_NEWS,
        f"{NHSE}/long-read/{_JESS_SLUG}/",
        proven_text=False,
    ),
    Event(
        26,
        "MMRV vaccination",
        _MMRV,
        "UKHSA",
        "Chickenpox joins the childhood programme as MMRV: letter to the NHS",
        "without chickenpox are called once, from 1 November 2026",
        _four_in_one,
        GOVUK + _MMRV_PATH,
        f"{GOVUK}{_MMRV_PATH}/{_MMRV_NAME}",
    ),
    Event(
        27,
        "Access online and GP Connect, by regulation",
        _ACCESS,
        "legislation.gov.uk",
        "Personal Medical Services Agreements) (Amendment) Regulations 2025",
        "keeps contact by telephone, online and in person open throughout core hours",
        _access,
        "https://www.legislation.gov.uk/uksi/2025/727",
        "https://www.legislation.gov.uk/uksi/2025/727/made",
    ),
)
