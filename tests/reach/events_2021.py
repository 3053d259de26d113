"""Announcements 6 and 10 to 13: March to November 2021."""

from tests.reach.event import NHSE, Event, moment, said
from tests.reach.mails import bulletin
from tests.reach.sites import Sites, publication
from tests.stand_ins.edited_pages import PageVersion
from tests.stand_ins.letters import head, letter, pdf
from tests.stand_ins.wordpress_posts import Row, SavedPost

_ASSOCIATES = moment(2021, 3, 2, 16)
_COHORTS = moment(2021, 3, 11, 17)
_OPEN_DOORS = moment(2021, 5, 13, 15)
_DECLARATION = moment(2021, 11, 18, 16, 30)
_WINTER = moment(2021, 10, 14, 6)
_BMA_PAGE = "/pay-and-contracts/pay/other-doctors-pay/declaring-gp-earnings-over-150-000"


def _younger_adults(sites: Sites) -> None:
    top = head("C1175", ("PCN clinical directors", "CCG accountable officers"), "11 March 2021")
    words = (
        "People aged 18 to 49 are the next to be invited, as cohorts 10 to 12 of the programme.",
        "A grouping that does not wish to vaccinate them says so to its commissioner by 5pm on 19 March 2021.",
        "It still gives the second doses of all whom it has vaccinated before.",
    )
    made = letter(top, *words)
    row = Row("Groupings may opt out of cohorts 10 to 12", _COHORTS, "C1175-cohorts-10-to-12.pdf", made, pages=3)
    publication(
        sites.coronavirus, "general-practice-and-cohorts-10-to-12", _COHORTS, "Vaccination of cohorts 10 to 12", row
    )


def _open_doors(sites: Sites) -> None:
    title = "Standard operating procedure for general practice, issue 4"
    top = head("B0497", ("GP practices", "PCN clinical directors"), "13 May 2021", cc=("CCG leads",))
    words = (
        "Practices have shown that care at a distance works for many, and that it does not work for all.",
        "From 17 May 2021 the reception of every practice is open to patients, who need not ring first.",
        "What patients prefer is respected unless there is a good clinical reason against it.",
    )
    rows = (
        Row("Letter on open receptions (B0497)", _OPEN_DOORS, "B0497-access-letter.pdf", letter(top, *words), pages=2),
        Row(
            title,
            _OPEN_DOORS,
            "sop-general-practice-v4.pdf",
            pdf(("Procedure, issue 4.", "Chapters 1 to 9.")),
            pages=30,
        ),
    )
    publication(sites.coronavirus, "managing-coronavirus-in-general-practice-sop", _OPEN_DOORS, title, *rows)


def _declaration(sites: Sites) -> None:
    title = "Declaring GP earnings over £150,000"
    first = said("Those who earn more than £150,000 from the NHS declare it. The date is 12 November 2021.")
    second = first + said("Salaried GPs and other employed staff need not declare.")
    third = said(
        "On 18 November the health department told us that the duty is put off.",
        "No name is published this year, and a declaration that was already made has no effect.",
    )
    versions = [PageVersion(moment(2021, 10, 11), title, first), PageVersion(moment(2021, 11, 11, 12), title, second)]
    sites.bma.put(_BMA_PAGE, *versions, PageVersion(_DECLARATION, title, third))


def _winter_fund(sites: Sites) -> None:
    title = "£250 million for winter appointments with GPs"
    content = said("A fund pays for locums, longer hours and better telephones. The plan is published today.")
    version = SavedPost(_WINTER, title, content, "A plan to help practices through the winter is out.")
    sites.nhse.put("250-million-for-winter-appointments", version, terms={"category": ("news", "primary-care")})
    plan = pdf(
        (
            "Better access for patients and support for general practice. October 2021.",
            "The winter access fund is spent between November 2021 and March 2022.",
            "A practice with few visits in person gets nothing from the fund until it agrees how it will do better.",
            "Systems send their plans to the region by 28 October 2021.",
        )
    )
    row = Row("Plan for access to general practice this winter", _WINTER, "BW999-access-plan.pdf", plan, pages=22)
    publication(sites.nhse, "plan-for-access-to-general-practice", _WINTER, "Access to general practice: our plan", row)


_ASSOCIATES_WORDS = "Physician associates can now have the payment for new partners"
_ASSOCIATES_TEXT = "Physician associates on the voluntary register have been eligible since yesterday, 1 March 2021."

EVENTS = (
    Event(
        6,
        "New to Partnership takes in physician associates",
        _ASSOCIATES,
        "NHS England",
        _ASSOCIATES_WORDS,
        _ASSOCIATES_TEXT,
        proven_channel=False,
        proven_text=False,
        by_mail=True,
        mail=bulletin(
            _ASSOCIATES,
            "primarycare@england.nhs.uk",
            "Primary care bulletin: 2 March 2021",
            (
                ("Vaccine supply", "Deliveries for next week are confirmed by Friday."),
                (_ASSOCIATES_WORDS, f"The list of roles has twelve entries. {_ASSOCIATES_TEXT}"),
                ("Webinar", "The next webinar for general practice is on Thursday at 5pm."),
            ),
        ),
    ),
    Event(
        10,
        "Groupings may opt out of cohorts 10 to 12",
        _COHORTS,
        "NHS England",
        "Groupings may opt out of cohorts 10 to 12",
        "says so to its commissioner by 5pm on 19 March 2021",
        _younger_adults,
        f"{NHSE}/coronavirus/documents/general-practice-and-cohorts-10-to-12/",
        f"{NHSE}/coronavirus/wp-content/uploads/sites/52/2021/03/C1175-cohorts-10-to-12.pdf",
    ),
    Event(
        11,
        "Standard operating procedure: face to face again",
        _OPEN_DOORS,
        "NHS England",
        "Letter on open receptions (B0497)",
        "the reception of every practice is open to patients, who need not ring first",
        _open_doors,
        f"{NHSE}/coronavirus/documents/managing-coronavirus-in-general-practice-sop/",
        f"{NHSE}/coronavirus/wp-content/uploads/sites/52/2021/05/B0497-access-letter.pdf",
    ),
    Event(
        12,
        "Declaration of earnings dropped",
        _DECLARATION,
        "BMA",
        "told us that the duty is put off",
        "a declaration that was already made has no effect",
        _declaration,
        f"https://www.bma.org.uk{_BMA_PAGE}",
        f"https://www.bma.org.uk{_BMA_PAGE}",
    ),
    Event(
        13,
        "Winter access fund",
        _WINTER,
        "NHS England",
        "£250 million for winter appointments with GPs",
        "gets nothing from the fund until it agrees how it will do better",
        _winter_fund,
        f"{NHSE}/2021/10/250-million-for-winter-appointments/",
        f"{NHSE}/wp-content/uploads/2021/10/BW999-access-plan.pdf",
    ),
)
