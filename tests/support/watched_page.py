"""A watched page as a publisher edits it over a week. Every word is ours."""

PAGE = """<!doctype html><html lang="en"><head><title>Flu vaccine offer 2026 to 2027 - Example</title></head><body>
<nav><ul><li><a href="/">Home</a></li></ul></nav><main>{banner}
<h1>Flu vaccine offer 2026 to 2027</h1>
<p>Published 1 September 2025</p>
<p>{views} views</p>
<p>This guidance is for GP practices in England that give the flu vaccine.</p>
<h2>Who is eligible</h2>
<p>People are offered the flu vaccine free of charge if they are:</p>
<ul>{members}</ul>
<h2>What practices must do</h2>
<p>Practices must not invite anybody before {start}.</p>
<p>{reply}</p>
<p>Vaccine is ordered from the manufacturers; the item of service fee is £10.06 a dose.</p>
{more}
</main></body></html>"""
MEMBERS = ("aged 65 and over", "pregnant", "in a clinical risk group", "the main carer of a disabled person")
REPLY = "Practices must send their order to the ICB by 5pm on Friday 18 December 2026."
REISSUED = """<h2>Version 2</h2><p>This version replaces the guidance of 1 September 2025.</p>
<p>Care homes are now visited by the community provider.</p><p>Every dose must be recorded within 24 hours.</p>
<p>The search of the clinical system is run again each month.</p><p>Pharmacies send a message for each dose.</p>"""
BANNER = '<div class="notice"><p>This guidance was withdrawn on 30 November 2026.</p></div>'


def page(
    *extra: str,
    start: str = "Thursday 1 October 2026",
    reply: str = REPLY,
    views: int = 4821,
    more: str = "",
    banner: str = "",
    orders: str = "ordered from the manufacturers",
) -> bytes:
    """The page with the members of its list, and whatever else an edit touches."""
    members = "".join(f"<li>{each}</li>" for each in (*MEMBERS, *extra))
    text = PAGE.format(views=views, members=members, start=start, reply=reply, more=more, banner=banner)
    return text.replace("ordered from the manufacturers", orders).encode()


OVER_50 = "aged 50 to 64 from 1 December"
MOVED = "Thursday 8 October 2026"
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body><main>Checking your browser</main></body></html>"
WEEK = {
    "first seen": page(),
    "a counter": page(views=5104),
    "a member joins": page(OVER_50, views=5380),
    "a date moves": page(OVER_50, start=MOVED),
    "challenge": CHALLENGE,
    "challenge again": CHALLENGE,
    "issued again": page(OVER_50, start=MOVED, more=REISSUED, orders="held by the national store"),
    "withdrawn": page(OVER_50, start=MOVED, more=REISSUED, orders="held by the national store", banner=BANNER),
}
