"""Pages in the manner of those that are watched. Every word is ours; no real page was copied."""

COLLECTION = """<!DOCTYPE html><html lang="en"><head><title>Winter vaccination programme - GOV.UK</title></head><body>
<header role="banner"><a href="/">Home</a><nav><ul><li><a href="/browse">Browse</a></li></ul></nav></header>
<main id="content" role="main" class="govuk-main-wrapper"><div class="grid"><h1>Winter vaccination programme</h1>
<p class="lead">Letters, leaflets and training slides for the people who give the vaccine.</p>
<div class="metadata"><dl><dt>From:</dt><dd><a href="/ukhsa">Health Agency</a></dd><dt>Published</dt><dd>17 October
2019</dd>
<dt>Last updated</dt><dd>3 March 2026 — <a href="#history">See all updates</a></dd></dl></div>
<div class="govspeak"><p>Each winter the programme protects people who are most likely to fall seriously ill. It will
begin on
1 October 2026 for most cohorts, and practices must not invite anybody earlier.</p>
<p>You are offered the vaccine free of charge if you are:</p>
<ul class="list"><li>aged 65 and over</li><li>pregnant</li><li>in a clinical risk group</li>
<li>living in a care home for older people</li><li>the main carer of a disabled person</li>
<li>a household contact of somebody whose immune system is weak</li></ul>
<h2 id="children">Children</h2><p>The nasal spray is used for children, unless a doctor advises otherwise:</p>
<ul><li>aged 2 or 3 on 31 August 2026</li><li>in primary school</li><li>in secondary school up to Year 11</li></ul>
<h2>What has changed</h2><ol class="history"><li><time datetime="2026-03-03">3 March 2026</time> Added the letter for
the
coming season.</li><li><time datetime="2025-11-12">12 November 2025</time> Replaced the consent form.</li></ol>
</div></div></main>
<footer><p>© Crown copyright</p><ul><li><a href="/help">Help</a></li></ul></footer></body></html>"""

LONG_READ = """<html><head><title>NHS England » Network contract: what it asks of practices</title></head><body>
<div class="site-nav"><a href="/">NHS England</a></div><main><article class="long-read"><header><h1>Network contract:
what it asks of
practices</h1><p>Version 2 – 20 May 2026</p></header>
<h2>1. Introduction</h2><h3>1.1 Purpose</h3><p>This document supports practices that take part in the scheme. It does
not introduce
duties beyond those in the letter of 24 February 2026. It will be refreshed as required.</p>
<h3>1.2 Who may claim</h3><p>A network must name one lead practice. The lead practice must submit its claim by 30
June 2026, and
may claim £1.76 for each registered patient. Claims that arrive later are not paid.</p>
<ul><li>practices that hold a GMS, PMS or APMS contract</li><li>networks of at least 30,000 patients</li>
<li>federations that act for a network, if:<ul><li>every member practice has agreed in writing</li>
<li>the commissioner has been told</li></ul></li></ul>
<h2>2. Payments</h2><table><caption>Rates for the year</caption><thead><tr><th>Role</th><th>Most that is paid</th>
<th>From</th></tr></thead>
<tbody><tr><td>Clinical pharmacist</td><td>£61,000</td><td>1 April 2026</td></tr><tr><td>Care co-ordinator</td>
<td>£32,500</td>
<td>1 April 2026</td></tr><tr><td>Physician associate</td><td>£58,200</td><td>1 July 2026</td></tr></tbody></table>
<p>Networks should keep records of each post. Commissioners can ask for them at any time. Money that is not used has
to be paid back
by 31 March 2027.</p></article></main><footer>NHS England</footer></body></html>"""

STACKED = """<html><head><title>News | Primary Care Support</title></head><body><div class="masthead">Logo</div>
<main><h1>News</h1><div class="item"><h2>October 2026 Pension certificates: second window</h2>
<p>The second window opens on 13 October 2026 and closes on 11 December 2026. Certificates must be sent through the
portal.
Paper forms are not accepted.</p><p>You will need:</p><ul><li>your national insurance number</li><li>the year of the
certificate</li>
<li>a signature of every partner</li></ul></div>
<div class="item"><h2>October 2026 Registering patients without an address</h2><p>Practices can register patients who
have no fixed
address. The practice's own address may be used, and no proof is asked for.</p></div>
<div class="item"><h2>August 2026 Supplies: what to order before the holiday</h2><p>Orders placed after 20 August
2026 will arrive in
September. Please don't order more than two months' supply - it can't be returned.</p>
<table><tr><th>Item</th><th>Pack</th></tr><tr><td>Prescription forms</td><td>2,000</td></tr><tr><td>Syringes</td>
<td>100</td></tr></table>
</div></main></body></html>"""

RUNNING = """<html><head><title>Partnership payments – Exampleshire LMC</title></head><body class="wp single"><div
id="page">
<nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/guidance">Guidance</a></li></ul></nav><main
class="site-main">
<article><h1 class="entry-title">Partnership payments</h1><p class="entry-meta">Updated on 21 July 2026, 764 views</p>
<div class="entry-content"><p>The committee has asked for clarity about who is "in scope". Its answer of 3 July 2026
is below; we'll
add to this page as we hear more.</p><p>Up to £20,000 is paid to a new partner who works full time, and £3,000 for
training. Partners
must sign for five years. Those who leave earlier have to repay a share.</p><h2>Who is in</h2><ul><li>GPs</li>
<li>nurses, including
advanced nurse practitioners</li><li>pharmacists;</li><li>paramedics; and</li><li>physiotherapists.</li></ul>
<h2>Who is out</h2><ul><li>practice managers</li><li>anybody who was a partner before</li></ul>
<p>Applications are made on the portal within six months of the start. The committee will write to all practices when
the rules
for practice managers are known.</p></div><div class="sharedaddy share"><ul><li>Facebook</li><li>X</li></ul></div>
</article></main>
<aside id="secondary" class="widget-area"><ul><li><a href="/a">Most read</a></li></ul></aside></div></body></html>"""

DECLARATION = """<html><body><main><h1>Who declares earnings</h1><p>Page last reviewed: 1 May 2026</p>
<p>Declarations are due on 12 November 2026. They are made once a year, and they must be complete.</p>
<p>The threshold is £163,000 for the year. It is raised each April; nobody below it has to declare.</p>
<ul><li>partners</li><li>partners who are not doctors</li><li>sub-contractors</li><li>locums employed by a
practice</li></ul>
<dl><dt>Contact</dt><dd>your commissioner</dd><dt>Form</dt><dd>online only</dd></dl></main></body></html>"""

ALL = {
    "collection": COLLECTION,
    "long read": LONG_READ,
    "stacked months": STACKED,
    "running page": RUNNING,
    "declaration": DECLARATION,
}
