"""Announcements 18, 20, 22 and 23: January to August 2024."""

from tests.reach.event import GOVUK, NHSE, Event, moment, said
from tests.reach.sites import Sites, long_read, publication
from tests.stand_ins.govuk_pages import Edition
from tests.stand_ins.govuk_site import UKHSA
from tests.stand_ins.letters import pdf
from tests.stand_ins.wordpress_posts import Row, SavedPost

_CONTRACT = moment(2024, 2, 28, 12)
_PHARMACY = moment(2024, 1, 31, 0, 1)
_RSV = moment(2024, 6, 24, 14)
_DOCTORS, _DOCTORS_LETTER = moment(2024, 8, 1, 6), moment(2024, 8, 2, 14, 30)
_CONTRACT_SLUG = "arrangements-for-the-gp-contract-in-2024-25"
_RSV_PATH = "/government/publications/respiratory-syncytial-virus-rsv-vaccination-programmes-letter"
_RSV_NAME = "letter-on-the-new-rsv-vaccination-programmes"


def _contract(sites: Sites) -> None:
    first = said(
        "To: GP practices, PCN clinical directors. cc: ICB leads for primary care. 28 February 2024.",
        "Dear colleagues, this letter tells what the contract of the coming year holds. Its chapters follow.",
    )
    chapters = (
        ("Funding", said("Baseline funding grows by 2.2 per cent, in which a pay rise of 2 per cent is assumed.")),
        (
            "Quality and networks",
            said(
                "Thirty-two indicators pay by income protection, as in the year before.",
                "Enhanced nurses join the roles that networks may claim, one for each network, two in the larger ones.",
            ),
        ),
        (
            "What practices do next",
            said("Contracts change on 1 April 2024.", "A practice that leaves its network says so by 30 April 2024."),
        ),
    )
    long_read(sites.nhse, _CONTRACT_SLUG, _CONTRACT, "GP contract in 2024/25: letter to practices", first, chapters)


def _pharmacy_first(sites: Sites) -> None:
    title = "Pharmacy First opens: seven conditions without a visit to the GP"
    body = said("Pharmacists can treat seven common conditions from today.", "Ten thousand pharmacies take part.")
    news = Edition(_PHARMACY, title, "More than nine in ten pharmacies in England take part.", body)
    sites.govuk.put("/government/news/pharmacy-first-opens", "press_release", news)
    post = SavedPost(_PHARMACY, "Pharmacists begin to treat seven common conditions", body)
    sites.nhse.put("pharmacists-begin-to-treat-seven-common-conditions", post, terms={"category": ("news", "pharmacy")})
    made = pdf(
        (
            "Pharmacy First: what the service asks of pharmacies and of general practice. January 2024.",
            "The seven: sinusitis, sore throat, earache, infected bites, impetigo, shingles, simple cystitis.",
            "A practice refers by its system or by secure mail, because a patient who is only told is not counted.",
            "The pharmacy reports each consultation to the practice on the same day.",
        )
    )
    row = Row("Pharmacy First specification", _PHARMACY, "PRN00936-pharmacy-first.pdf", made, pages=41)
    publication(sites.nhse, "pharmacy-first-service-specification", _PHARMACY, "Pharmacy First: service papers", row)


def _rsv(sites: Sites) -> None:
    body = said(
        "To: trust chief executives, ICB chief executives. For onward cascade to: general practices, midwives.",
        "24 June 2024. Dear colleagues, two programmes begin on 1 September 2024, for older adults and in pregnancy.",
        "Practices invite each patient in the month of the 75th birthday, and all aged 75 to 79 by 31 August 2025.",
        "Vaccine is ordered through ImmForm from August. The fee of £10.06 is claimed for each dose.",
    )
    title = "New RSV vaccination programmes from September: letter to the NHS"
    abstract = "What trusts, boards and practices are to prepare for the protection of older adults and of newborns."
    sites.govuk.letter(_RSV_PATH, _RSV_NAME, _RSV, title, abstract, body, by=(UKHSA,))


def _more_doctors(sites: Sites) -> None:
    title = "1,000 more GPs to be hired this year with £82 million"
    body = said("Newly qualified doctors can be paid from the scheme for additional roles.", "Red tape is cut.")
    news = Edition(_DOCTORS, title, "Money for newly qualified doctors, and pay awards in full.", body)
    sites.govuk.put("/government/news/1000-more-gps-to-be-hired-this-year", "press_release", news)
    first = said(
        "PRN01475. To: GP practices, PCN clinical directors. 2 August 2024. Dear colleagues, the government has taken "
        "the advice of the review body and has said that newly qualified doctors may be paid from the scheme for "
        "additional roles. This letter says what happens next, what is not settled, and where dates will be told.",
        "Contract payments rise so that practices can give all staff 6 per cent, backdated to 1 April 2024.",
        "Networks claim for newly qualified GPs from October 2024, once the rules have been agreed.",
    )
    slug = "gp-contract-changes-government-response-to-ddrb-and-arrs"
    long_read(sites.nhse, slug, _DOCTORS_LETTER, "Changes to the GP contract: pay award and additional roles", first)


EVENTS = (
    Event(
        18,
        "Contract 2024/25",
        _CONTRACT,
        "NHS England",
        "GP contract in 2024/25: letter to practices",
        "Enhanced nurses join the roles that networks may claim, one for each network",
        _contract,
        f"{NHSE}/long-read/{_CONTRACT_SLUG}/",
        f"{NHSE}/long-read/{_CONTRACT_SLUG}/quality-and-networks/",
        proven_channel=False,
        proven_text=False,
    ),
    Event(
        20,
        "Pharmacy First",
        _PHARMACY,
        "DHSC",
        "Pharmacy First opens: seven conditions without a visit to the GP",
        "because a patient who is only told is not counted",
        _pharmacy_first,
        f"{GOVUK}/government/news/pharmacy-first-opens",
        f"{NHSE}/wp-content/uploads/2024/01/PRN00936-pharmacy-first.pdf",
        proven_text=False,
    ),
    Event(
        22,
        "RSV vaccination",
        _RSV,
        "UKHSA",
        "New RSV vaccination programmes from September: letter to the NHS",
        "invite each patient in the month of the 75th birthday",
        _rsv,
        GOVUK + _RSV_PATH,
        f"{GOVUK}{_RSV_PATH}/{_RSV_NAME}",
    ),
    Event(
        23,
        "Newly qualified GPs in networks, and the pay award",
        _DOCTORS,
        "DHSC",
        "1,000 more GPs to be hired this year with £82 million",
        "so that practices can give all staff 6 per cent, backdated to 1 April 2024",
        _more_doctors,
        f"{GOVUK}/government/news/1000-more-gps-to-be-hired-this-year",
        f"{NHSE}/long-read/gp-contract-changes-government-response-to-ddrb-and-arrs/",
        _DOCTORS_LETTER,
        proven_text=False,
    ),
)
