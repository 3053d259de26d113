"""Announcements 14 to 17 and 29: January to November 2022."""

from tests.reach.event import GOVUK, NHSE, Event, moment, said
from tests.reach.mails import bulletin
from tests.reach.sites import Sites, publication
from tests.stand_ins.edited_pages import PageVersion
from tests.stand_ins.govuk_pages import Attachment, Edition
from tests.stand_ins.govuk_site import DHSC, UKHSA
from tests.stand_ins.letters import head, letter
from tests.stand_ins.wordpress_posts import Row

_JABS, _JABS_LETTER = moment(2022, 1, 31, 18, 20), moment(2022, 1, 31, 20)
_FLU, _FLU_LETTER = moment(2022, 7, 15, 10), moment(2022, 7, 21, 14)
_CONTRACT = moment(2022, 3, 1, 15)
_RECORDS = moment(2022, 11, 4, 15)
_LISTS = moment(2022, 8, 16, 9, 30)
_FLU_PLAN = "/government/publications/national-flu-immunisation-programme-plan-2022-to-2023"
_FLU_TEXT = f"{_FLU_PLAN}/amendment-to-the-annual-flu-letter"
_JABS_TITLE = "Vaccination as a condition of deployment: update for employers"


def _staff_jabs(sites: Sites) -> None:
    body = said(
        "The government will ask whether the rules on jabs for health and care staff should end.", "It listens."
    )
    title = "Health Secretary: rules on COVID-19 jabs for NHS and care staff to be revoked"
    news = Edition(_JABS, title, "Statement to the House of Commons of 31 January 2022.", body)
    sites.govuk.put("/government/speeches/health-secretary-on-jabs-for-staff", "oral_statement", news)
    top = head("C1575", ("NHS employers, among them GP providers",), "31 January 2022")
    words = (
        "The government intends to revoke the regulations, when it has consulted and Parliament has agreed.",
        "Employers, GP practices among them, do not serve notice of dismissal on staff who are not vaccinated.",
        "The date of 3 February 2022 for a first dose falls away.",
    )
    first = Row(_JABS_TITLE, _JABS_LETTER, "C1575-vcod-update.pdf", letter(top, *words), pages=2)
    slug = "update-vaccination-as-a-condition-of-deployment-vcod-for-all-healthcare-workers"
    publication(sites.coronavirus, slug, _JABS_LETTER, _JABS_TITLE, first)
    later = moment(2022, 2, 8, 16)
    second = head("C1584", ("NHS employers, among them GP providers",), "8 February 2022")
    made = letter(second, "Answers on recruitment and on processes that had begun are in annex A.")
    row = Row(_JABS_TITLE, later, "C1584-vcod-update-february.pdf", made)
    publication(sites.coronavirus, f"{slug}-february-2022", later, _JABS_TITLE, row)


def _flu_again(sites: Sites) -> None:
    title = "Flu vaccine and COVID-19 booster this autumn for everyone aged 50 and over"
    body = said("The government takes the advice of its experts. The offer opens in autumn; details come in a letter.")
    news = Edition(_FLU, title, "The groups of the last two winters come back.", body)
    sites.govuk.put("/government/news/flu-and-covid-19-vaccine-for-everyone-aged-50-and-over", "press_release", news)
    words = (
        "Healthy people aged 50 to 64 are eligible from 15 October 2022 and not before: those at risk go first.",
        "Practices buy the vaccine for this group from the makers; there is no central stock and none is taken back.",
    )
    name, early = "National flu immunisation programme 2022 to 2023", moment(2022, 4, 22, 9)
    abstract = "The yearly letter on flu vaccination, and its amendment."
    hung = (Attachment("Amendment to the annual flu letter", _FLU_TEXT),)
    editions = (
        Edition(early, name, abstract, said(abstract)),
        Edition(_FLU_LETTER, name, abstract, said(abstract), "Amendment of 21 July added.", hung),
    )
    sites.govuk.put(_FLU_PLAN, "correspondence", *editions, by=(DHSC, UKHSA))
    inner = Edition(_FLU_LETTER, "Amendment to the annual flu letter", body=said("Dear colleagues,", *words))
    sites.govuk.put(_FLU_TEXT, "html_publication", inner, by=(DHSC, UKHSA), parent=_FLU_PLAN)
    top = head("B1842", ("GP practices", "Community pharmacies"), "21 July 2022")
    row = Row("Flu letter 2022/23: amendment", _FLU_LETTER, "B1842-flu-amendment.pdf", letter(top, *words), pages=4)
    publication(sites.nhse, "flu-letter-2022-23-amendment", _FLU_LETTER, "Flu vaccination 2022/23: amended letter", row)


def _contract(sites: Sites) -> None:
    top = head("B1375", ("GP practices", "PCN clinical directors"), "1 March 2022", cc=("CCG leads",))
    words = (
        "This letter sets out the fourth year of the five-year framework.",
        "From 1 October 2022 networks offer appointments from 9am to 5pm on Saturdays and 6.30pm to 8pm on weekdays.",
        "The investment of £1.47 for each patient moves to the network, and the extended hours service ends.",
    )
    row = Row(
        "Letter: GP contract in 2022/23", _CONTRACT, "B1375-gp-contract-2022-23.pdf", letter(top, *words), pages=8
    )
    title = "General practice contract in 2022/23"
    publication(sites.nhse, "general-practice-contract-arrangements-in-2022-23", _CONTRACT, title, row)


def _records(sites: Sites) -> None:
    path = "/advice-and-support/ethics/confidentiality-and-health-records/patient-access-to-gp-records"
    before = said("Automatic access to new entries is planned for 1 November 2022. Practices should prepare.")
    after = said("Practices that are not ready may ask their supplier to hold access back. We have a template letter.")
    title = "Access of patients to GP records"
    sites.bma.put(
        path, PageVersion(moment(2022, 10, 3), title, before), PageVersion(moment(2022, 11, 1, 12), title, after)
    )
    top = head("PRN00084", ("GP practices",), "4 November 2022", cc=("ICB digital leads",))
    words = (
        "Access through the NHS App to new entries begins step by step in November.",
        "A practice that is not ready adds code 104 to its records, and tells its supplier by 5pm on 30 November.",
        "Patients who ask for access themselves are answered as before.",
    )
    row = Row(
        "New entries in the NHS App: guidance", _RECORDS, "PRN00084-records-access.pdf", letter(top, *words), pages=3
    )
    publication(sites.nhse, "access-to-new-record-entries", _RECORDS, "Online access to new record entries", row)


_LISTS_WORDS = "Checks of patient lists start again"
_LISTS_TEXT = "Answer each list within 30 days of the mail that brings it; FP69 markers come back after that."

EVENTS = (
    Event(
        14,
        "Jabs for staff: the rule reversed",
        _JABS,
        "DHSC",
        "rules on COVID-19 jabs for NHS and care staff to be revoked",
        "do not serve notice of dismissal on staff who are not vaccinated",
        _staff_jabs,
        f"{GOVUK}/government/speeches/health-secretary-on-jabs-for-staff",
        f"{NHSE}/coronavirus/wp-content/uploads/sites/52/2022/01/C1575-vcod-update.pdf",
        _JABS_LETTER,
    ),
    Event(
        15,
        "Flu vaccine at 50 to 64 again",
        _FLU,
        "DHSC",
        "this autumn for everyone aged 50 and over",
        "there is no central stock and none is taken back",
        _flu_again,
        f"{GOVUK}/government/news/flu-and-covid-19-vaccine-for-everyone-aged-50-and-over",
        GOVUK + _FLU_TEXT,
        _FLU_LETTER,
    ),
    Event(
        16,
        "Contract 2022/23",
        _CONTRACT,
        "NHS England",
        "Letter: GP contract in 2022/23",
        "offer appointments from 9am to 5pm on Saturdays and 6.30pm to 8pm on weekdays",
        _contract,
        f"{NHSE}/publication/general-practice-contract-arrangements-in-2022-23/",
        f"{NHSE}/wp-content/uploads/2022/03/B1375-gp-contract-2022-23.pdf",
    ),
    Event(
        17,
        "Access of patients to their records",
        _RECORDS,
        "NHS England",
        "New entries in the NHS App: guidance",
        "adds code 104 to its records, and tells its supplier by 5pm on 30 November",
        _records,
        f"{NHSE}/publication/access-to-new-record-entries/",
        f"{NHSE}/wp-content/uploads/2022/11/PRN00084-records-access.pdf",
    ),
    Event(
        29,
        "List validation starts again",
        _LISTS,
        "PCSE",
        _LISTS_WORDS,
        _LISTS_TEXT,
        proven_channel=False,
        proven_text=False,
        by_mail=True,
        mail=bulletin(
            _LISTS,
            "news@pcse.england.nhs.uk",
            "PCSE update for GP practices",
            (
                (_LISTS_WORDS, f"The pause of the pandemic is over. {_LISTS_TEXT}"),
                ("Medical records", "Collections on the bank holiday move to the Tuesday."),
            ),
        ),
    ),
)
