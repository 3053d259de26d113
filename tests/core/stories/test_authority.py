"""How much an Item settles: only an official text that practices can use makes anything official."""

import pytest

from watcher.core.stories.authority import authority_of
from watcher.model import Authority, Item, Trust


def of(title: str, summary: str = "", trust: Trust = Trust.OFFICIAL) -> Authority:
    return authority_of(Item(source="s", identity="i", url="https://x.example", title=title, summary=summary), trust)


@pytest.mark.parametrize("trust", [Trust.PRESS, Trust.TRADE, Trust.REPRESENTATIVE, Trust.AGGREGATOR])
def test_who_cannot_confirm_only_reports(trust: Trust) -> None:
    assert of("Flu vaccination letter 2026 to 2027", trust=trust) is Authority.REPORT


@pytest.mark.parametrize(
    ("title", "summary", "expected"),
    [
        ("Annual flu letter 2026 to 2027", "", Authority.OFFICIAL),
        ("Enhanced service specification: COVID-19 vaccination", "", Authority.OFFICIAL),
        ("Delivery plan for recovering access to primary care", "", Authority.OFFICIAL),
        ("Government response to the consultation on pharmacy supervision", "", Authority.OFFICIAL),
        ("Consultation on changes to the performers list", "", Authority.INTENTION),
        ("Call for evidence: online services in general practice", "", Authority.INTENTION),
        ("NHS England plans to add practice managers to the scheme", "", Authority.INTENTION),
        ("Health Secretary's speech to the college conference", "", Authority.INTENTION),
        ("Ministers consider a pause of the mandate", "", Authority.INTENTION),
        ("Letter to NHS trusts on winter escalation", "", Authority.ELSEWHERE),
        (
            "Three strikes and we rethink",
            "The letter goes to ICBs; general practice is only in copy.",
            Authority.ELSEWHERE,
        ),
        ("Annual flu programme: added a leaflet for people aged 50 to 64", "", Authority.ELSEWHERE),
        ("Guidance for pharmacies and general practice on ordering", "", Authority.OFFICIAL),
        ("Flu start date", "There are no plans to move the start to October.", Authority.DENIAL),
        ("Practice managers will not be included in the scheme", "", Authority.DENIAL),
        ("Referral: when serious illness has been ruled out", "", Authority.OFFICIAL),
    ],
)
def test_an_official_body_settles_only_with_a_text_for_practices(title: str, summary: str, expected: Authority) -> None:
    assert of(title, summary) is expected
