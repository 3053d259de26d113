"""Edits in words that neither the pages nor the edits of the other tests use: which of them are told."""

import pytest

from watcher.core.pages import region
from watcher.core.pages.compare import compare_regions
from watcher.model import Verdict

PAGE = """<!doctype html><html><head><title>Shingles offer - Example</title></head><body><main>
<h1>Shingles vaccine: what surgeries need to do</h1>
<p>This page is for surgeries in England that give the shingles vaccine.</p>
{}
<h2>How to get supplies</h2>
<p>Supplies come from the national store and are delivered on the day that you chose.</p>
<p>Keep them in a fridge and record each dose in the patient's notes.</p>
</main></body></html>"""

REAL = (
    ("<p>Call patients in the month they turn 65.</p>", "<p>Call patients in the month they turn 60.</p>"),
    ("<p>Bookings begin on 2 September.</p>", "<p>Bookings begin on 9 September.</p>"),
    ("<p>Two doses are given, eight weeks apart.</p>", "<p>Two doses are given, six months apart.</p>"),
    ("<p>Surgeries may send text messages.</p>", "<p>Surgeries must send text messages.</p>"),
    ("<p>You will be paid £10.06 a dose.</p>", "<p>You will be paid £12.06 a dose.</p>"),
    ("<p>Claims close at noon on Friday.</p>", "<p>Claims close at 5pm on Friday.</p>"),
    ("<p>Housebound patients are covered.</p>", "<p>Housebound patients are not covered.</p>"),
    ("<p>Send the form to your ICB.</p>", "<p>Send the form to PCSE.</p>"),
    ("<ul><li>renters</li><li>students</li></ul>", "<ul><li>renters</li></ul>"),
    ("<ul><li>diabetics</li><li>smokers</li></ul>", "<ul><li>diabetics</li><li>smokers</li><li>veterans</li></ul>"),
    ("<ol><li>Check the register</li></ol>", "<ol><li>Check the register</li><li>Ring the patient</li></ol>"),
    ("<p>Use code 1234567.</p>", "<p>Use code 7654321.</p>"),
    ("<p>Opening hours are 8am to 6.30pm.</p>", "<p>Opening hours are 8am to 8pm.</p>"),
    ("<p>Up to three patients share a vial.</p>", "<p>Up to five patients share a vial.</p>"),
    ("<p>Ring 0300 555 0101 for help.</p>", "<p>Ring 0300 555 0202 for help.</p>"),
    ("<p>Last day for claims: 31 March 2027.</p>", "<p>Last day for claims: 30 April 2027.</p>"),
    ("<p>Next payment date: 20 May 2026.</p>", "<p>Next payment date: 27 May 2026.</p>"),
    ("<p>Stock is limited to 30 packs a week.</p>", "<p>Stock is limited to 10 packs a week.</p>"),
    ("<p>Nurses can give it.</p>", "<p>Nurses and healthcare assistants can give it.</p>"),
    ("<p>Closing date 14 June 2026.</p>", "<p>Closing date 21 June 2026.</p>"),
    ("<p>Published results are due on 3 July.</p>", "<p>Published results are due on 10 July.</p>"),
    ("<p>Minimum uptake: 40%.</p>", "<p>Minimum uptake: 45%.</p>"),
    ("<table><tr><td>Band A</td><td>£1.50</td></tr></table>", "<table><tr><td>Band A</td><td>£1.75</td></tr></table>"),
    ("<table><tr><td>Week 1</td><td>Leeds</td></tr></table>", "<table><tr><td>Week 1</td><td>York</td></tr></table>"),
    ("<h2>For people in care homes</h2>", "<h2>For people in care homes and hostels</h2>"),
    ("<p></p>", "<p>A second letter follows in May.</p>"),
    ("<p>No action is needed before Easter.</p>", "<p></p>"),
    ("<p>You have 48 hours to answer.</p>", "<p>You have 24 hours to answer.</p>"),
    ("<p>Visitors need proof of age.</p>", "<p>Visitors need no proof of age.</p>"),
    ("<p>Unread messages are deleted after 30 days.</p>", "<p>Unread messages are deleted after 14 days.</p>"),
    ("<p>312 practices have signed up.</p>", "<p>340 practices have signed up.</p>"),
    ("<p>The offer ends today.</p>", "<p>The offer ends on Monday.</p>"),
    ("<p>From today you can order.</p>", "<p>From tomorrow you can order.</p>"),
    ("<p>People born after 1 January 1958</p>", "<p>People born after 1 January 1961</p>"),
    ("<p>Article 9 applies.</p>", "<p>Article 6 applies.</p>"),
    ("<p>Was your surgery chosen? 31 surgeries were.</p>", "<p>Was your surgery chosen? 36 surgeries were.</p>"),
    ("<p>Your notification must reach us in 5 days.</p>", "<p>Your notification must reach us in 2 days.</p>"),
    ("<p>Please help us by 3 people a day.</p>", "<p>Please help us by 5 people a day.</p>"),
    ("<dl><dt>Dose</dt><dd>0.5 ml</dd></dl>", "<dl><dt>Dose</dt><dd>0.65 ml</dd></dl>"),
    (
        "<p>Review date for patients on steroids: 1 May 2026.</p>",
        "<p>Review date for patients on steroids: 1 June 2026.</p>",
    ),
)

COSMETIC = (
    ("<p>Today's date: Monday 2 March 2026</p>", "<p>Today's date: Tuesday 3 March 2026</p>"),
    ("<p>Visitors today: 312</p>", "<p>Visitors today: 498</p>"),
    ("<p>Article published on 3 March 2026</p>", "<p>Article published on 4 March 2026</p>"),
    ("<p>You have 3 unread notifications</p>", "<p>You have 5 unread notifications</p>"),
    ("<p>Was this page helpful? 31 people said yes</p>", "<p>Was this page helpful? 36 people said yes</p>"),
    ("<p>It is now 10:41</p>", "<p>It is now 11:12</p>"),
    ("<p>Page last amended: 2 March 2026</p>", "<p>Page last amended: 9 March 2026</p>"),
    (
        "<p>Content owner: J Smith. Last reviewed 2 March 2026</p>",
        "<p>Content owner: J Smith. Last reviewed 3 May 2026</p>",
    ),
    ("<p>Online users: 14</p>", "<p>Online users: 22</p>"),
    ("<p>1,204 people have read this</p>", "<p>1,377 people have read this</p>"),
    ("<p>Total hits: 88012</p>", "<p>Total hits: 88190</p>"),
    ("<p>Rated 4.2 out of 5 by 118 readers</p>", "<p>Rated 4.3 out of 5 by 131 readers</p>"),
    ("<p>Posted 2 days ago</p>", "<p>Posted 3 days ago</p>"),
    ("<p>Updated about an hour ago</p>", "<p>Updated about two hours ago</p>"),
    ("<p>Downloaded 512 times since April</p>", "<p>Downloaded 530 times since April</p>"),
    ("<p>Shared 14 times</p>", "<p>Shared 19 times</p>"),
    ("<p>Reading time: 4 minutes</p>", "<p>Reading time: 5 minutes</p>"),
    ("<p>A 4-minute read</p>", "<p>A 5-minute read</p>"),
    ("<p>Next review due: March 2027</p>", "<p>Next review due: April 2027</p>"),
    ("<p>Printed on 2 March 2026 at 09:14</p>", "<p>Printed on 3 March 2026 at 10:02</p>"),
    ("<p>Print this page</p>", "<p>Print or save this page</p>"),
    ("<p>Session reference: a8f1c9</p>", "<p>Session reference: 77be02</p>"),
    ("<p>Page generated in 0.114 seconds</p>", "<p>Page generated in 0.209 seconds</p>"),
    ("<p>© 2025 Example Trust</p>", "<p>© 2026 Example Trust</p>"),
    ("<p>3 comments</p>", "<p>4 comments</p>"),
    ("<p>You are visitor number 10482</p>", "<p>You are visitor number 10511</p>"),
    ("<p>Basket (0)</p>", "<p>Basket (2)</p>"),
    ("<p>Notifications (4)</p>", "<p>Notifications (7)</p>"),
    ("<p>Signed in as guest 4411</p>", "<p>Signed in as guest 5122</p>"),
    ("<ul><li>Tom's list</li><li>Ann's list</li></ul>", "<ul><li>Ann’s list</li><li>Tom’s list</li></ul>"),
    ("<p>Aged 65 - 70 only.</p>", "<p>Aged 65–70 only.</p>"),
    ("<p>Call your   team.</p>", "<div><p>Call your&nbsp;team.</p></div>"),
    ("<p>Use the <b>blue</b> form.</p>", "<p>Use the <strong>blue</strong> form.</p>"),
    ("<p>See the <a href='/a?v=1'>letter</a>.</p>", "<p>See the <a href='/a?v=2'>letter</a>.</p>"),
    ("<p>Was this useful? Yes (12) No (3)</p>", "<p>Was this useful? Yes (14) No (3)</p>"),
    (
        "<p>First published: 1 May 2024. Last updated: 2 March 2026.</p>",
        "<p>First published: 1 May 2024. Last updated: 9 March 2026.</p>",
    ),
    ("<p>Page 1 of 12</p>", "<p>Page 1 of 13</p>"),
    ("<p>Back to top</p>", "<p>Return to top</p>"),
)

# Words that no rule tells from news: a bare date may be that of a webinar.
UNDECIDED = (
    ("<p>Monday 2 March 2026, 09:14</p>", "<p>Tuesday 3 March 2026, 10:02</p>", r"^\w+day \d+ \w+ \d{4}, \d\d:\d\d$"),
    ("<p>Weather in Leeds: 9°C, cloudy</p>", "<p>Weather in Leeds: 12°C, sunny</p>", "^Weather in .*"),
)


def verdict(was: str, now: str, *ignore: str) -> Verdict:
    before, after = (region.region_of_page(PAGE.format(each).encode(), "main", ignore) for each in (was, now))
    return compare_regions(before, after).verdict


@pytest.mark.parametrize(("was", "now"), REAL)
def test_what_surgeries_must_know_is_told(was: str, now: str) -> None:
    assert verdict(was, now) is Verdict.CHANGED


@pytest.mark.parametrize(("was", "now"), COSMETIC)
def test_what_a_site_does_by_itself_is_not_told(was: str, now: str) -> None:
    assert verdict(was, now) is Verdict.COSMETIC


@pytest.mark.parametrize(("was", "now", "pattern"), UNDECIDED)
def test_what_no_rule_can_tell_from_news_is_told_until_it_is_ignored(was: str, now: str, pattern: str) -> None:
    assert verdict(was, now) is Verdict.CHANGED
    assert verdict(was, now, pattern) is Verdict.COSMETIC
