"""Announcements 28 and 30: February and April 2026."""

from tests.reach.event import GOVUK, NHSE, Event, moment, said
from tests.reach.sites import Sites, long_read, publication
from tests.stand_ins.govuk_pages import Edition
from tests.stand_ins.letters import pdf
from tests.stand_ins.parliament_site import WrittenStatement
from tests.stand_ins.wordpress_posts import Row

_CONTRACT = moment(2026, 2, 24, 12)
_FIRST, _AGAIN = moment(2026, 3, 31, 15), moment(2026, 4, 30, 16, 20)
_CONTRACT_SLUG = "changes-to-the-gp-contract-in-2026-27"
_NETWORK_SLUG = "network-contract-des-contract-specification-2026-27"


def _contract(sites: Sites) -> None:
    title = "GP contract 2026 to 2027: urgent requests answered the same day"
    body = said("Patients with an urgent need are to hear from their practice on the day they ask.", "Money follows.")
    news = Edition(_CONTRACT, title, "A contract for more doctors and quicker answers.", body)
    sites.govuk.put("/government/news/gp-contract-2026-to-2027", "press_release", news)
    html = said(
        "I tell the House today what changes in the contract of GP practices in England in 2026-27. It was set after "
        "talks with the profession. It brings more money, fewer targets and quicker answers to those in urgent need.",
        "A letter of the department and NHS England to every practice is published at the same time.",
    )
    statement = WrittenStatement(60_241, "HCWS1351", _CONTRACT, "GP contract in England, 2026-27", html)
    sites.parliament.put(statement)
    first = said("To: GP practices, PCN clinical directors. 24 February 2026.", "Dear colleagues, the chapters follow.")
    chapters = (
        ("About this letter", said("It speaks for the department and for NHS England alike.")),
        (
            "Urgent needs",
            said(
                "Practices sort all requests by clinical need within the day.",
                "A request that is urgent is dealt with on the same day, by whichever way it reached the practice.",
            ),
        ),
        ("Money", said("The global sum pays more for each patient, and the pot for roles is open to more of them.")),
    )
    long_read(sites.nhse, _CONTRACT_SLUG, _CONTRACT, "GP contract changes in 2026/27", first, chapters)
    supplement = said("Version 1 - 20 May 2026.", "This paper helps with the change of the contract and adds no duty.")
    slug = "supplementary-information-to-support-changes-to-the-2026-27-gp-contract"
    long_read(sites.nhse, slug, moment(2026, 5, 20, 14), "More on the GP contract of 2026/27", supplement)


def _specification(version: str, *more: str) -> bytes:
    return pdf(
        (
            f"Network Contract DES. Contract specification 2026/27. {version}",
            "Section 4. A practice that leaves the network tells its commissioner by 30 April 2026.",
            *more,
            "Section 5. Enhanced access. Section 6. Payment.",
        )
    )


def _reissued(sites: Sites) -> None:
    title = "Network contract DES: contract specification 2026/27"
    added = (
        "4.10. A network that takes in patients of a closed practice is paid for them from the first of the month.",
    )
    name = "network-contract-des-specification-2026-27"
    first = _specification("SavedPost 1, 31 March 2026.")
    again = _specification("SavedPost 2, 30 April 2026.", *added)
    rows = (
        Row(title, _FIRST, f"PRN02391-{name}.pdf", first, publication_type="guidance", pages=98, until=_AGAIN),
        Row(title, _AGAIN, f"PRN02391-{name}-v2.pdf", again, publication_type="guidance", pages=99),
        Row(
            "Network contract DES: guidance",
            _FIRST,
            "PRN02392-network-guidance-2026-27.pdf",
            pdf(("Guidance.",)),
            pages=60,
        ),
    )
    publication(sites.nhse, _NETWORK_SLUG, _FIRST, title, *rows, kind="guidance")


EVENTS = (
    Event(
        28,
        "Contract 2026/27",
        _CONTRACT,
        "DHSC",
        "GP contract 2026 to 2027: urgent requests answered the same day",
        "is dealt with on the same day, by whichever way it reached the practice",
        _contract,
        f"{GOVUK}/government/news/gp-contract-2026-to-2027",
        f"{NHSE}/long-read/{_CONTRACT_SLUG}/urgent-needs/",
        proven_text=False,
    ),
    Event(
        30,
        "Network contract specification issued again",
        _AGAIN,
        "NHS England",
        "Contract specification 2026/27. SavedPost 2, 30 April 2026.",
        "takes in patients of a closed practice is paid for them from the first of the month",
        _reissued,
        f"{NHSE}/publication/{_NETWORK_SLUG}/",
        f"{NHSE}/wp-content/uploads/2026/04/PRN02391-network-contract-des-specification-2026-27-v2.pdf",
        proven_channel=False,
        proven_text=False,
    ),
)
