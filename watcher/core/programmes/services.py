"""Contracts, services, systems and staff of general practice, which many announcements of a month may name.

That two of them name one is not enough to make them one matter. Words as in duties.py.
"""

SERVICES = """
gp-contract: gp contract, gms contract, general medical service contract, contract imposition, imposed contract, five
    year contract framework, investment and evolution, contract change for general practice
contract-variation: contract variation, variation notice, variation agreement, gms variation, pms variation
gms-regulations: gms regulation, gms and pms regulation, gms contract regulation, general medical service contract
    regulation, personal medical service agreement regulation, gms and pms amendment, primary medical service
    amendment, contract amendment regulation, medical service amendment regulation
financial-entitlements: statement of financial entitlement, financial entitlement direction, sfe, gms financial
    entitlement
apms: apms, alternative provider medical service, gp procurement, procurement of gp practice, caretaker practice,
    caretaker provider, contract handed back, hand back contract, hand back their contract
provider-selection: psr regulation, psr toolkit, healthcare service procurement regulation, selection regime, most
    suitable provider process, direct award process
qof: qof, quality and outcome framework, retired indicator, quality improvement module
enhanced-service: enhanced service, des specification, des sign up, primary medical service direction, des direction
locally-commissioned: locally commissioned service, local commissioned service, local incentive scheme, lcs contract,
    lcs specification, les review, prescribing incentive scheme, lis payment
partnership-model: partnership model, partnership review, future of the partnership, end of gp partnership, tear up gp
    contract, nationalise gp, nationalise general practice, salaried gp service, salaried service for gp, last partner
    standing
arrs: arrs, additional role, additional roles reimbursement scheme
pcn: pcn, primary care network
network-des: network contract des, network des, pcn des, network contract directed enhanced service, network contract
    specification, opt out of pcn, pcn opt out window, pcn contract, pcn service specification, network contract
    finance
opening-hours: opening hour, extended access, extended hour, 7 day opening, saturday opening, open longer, longer
    opening, seven day gp, 8 till 8, 8am to 8pm
core-hours: core hour, half day closing, half day closure, surgery closing at lunchtime, reasonable need of patient,
    lunchtime closure, 8am to 630pm
bank-holiday: bank holiday, good friday opening, easter opening, easter monday, queen funeral, day of national
    mourning
winter-pressure: winter pressure, winter resilience, winter plan, winter preparedness, winter capacity fund, system
    resilience fund, acute respiratory infection hub, ari hub, respiratory hub, surge hub
same-day-urgent: same day urgent, clinically urgent, same day appointment, urgent same day, same day access, urgent
    appointment guarantee, same day target, seen the same day, 90 per cent same day, same day hub
modern-general-practice: modern general practice, transition cover funding, transition and transformation funding,
    transition cover and transformation, mgp model, modern gp access, general practice improvement programme, gpip,
    national general practice improvement
online-access: online consultation, online access, online booking, online request, online form, web form, digital
    request, online tool, e consultation, consultation tool
gp-survey: gp patient survey, gpps, patient satisfaction survey, gp survey result, gp satisfaction, satisfaction with
    gp, health insight survey
appointment-data: gpad, appointment data, appointment in general practice, gp league table, appointment league table,
    league table of gp, name and shame gp, naming and shaming practice, data on appointment publication
pay-award: pay award, pay rise, pay uplift, pay increase, ddrb, review body, wage rise, pay recommendation, doctor and
    dentist remuneration
practice-staff-pay: practice staff pay, pay rise for practice staff, staff pay uplift, salaried gp pay, salaried gp
    uplift, staffing expense uplift, practice nurse pay, gp staff pay, pay award for practice staff, receptionist pay
agenda-for-change: agenda for change, afc pay, non consultative pay deal, nhs staff council, afc uplift, afc for
    practice nurse, one off payment for nhs staff, non statutory employer bonus, nhs backlog bonus
practice-manager: practice manager, managing partner, practice business manager, practice management, igpm, regulation
    of nhs manager
physician-associate: physician associate, physician assistant, leng review, pa regulation, pa in general practice, gmc
    regulation of pa, pa renamed, anaesthesia associate, pa in gp surgery
ten-year-plan: 10 year health plan, ten year health plan, 10 year plan, ten year plan, fit for the future, left shift
neighbourhood-health: neighbourhood health, integrated neighbourhood team, neighbourhood pioneer, neighbourhood wave
    1, neighbourhood working
icb-merger: icb merger, icb cluster, icb clustering, icb boundary, merger of icb, icb merge, icb cost reduction, icb
    running cost, icb cut, icb blueprint
delegated-commissioning: delegated commissioning, co commissioning, delegation agreement, commissioning of primary
    medical service, strategic commissioning framework, delegation to icb
list-closure: list closure, closed list, close patient list, close list, temporary suspension of registration, suspend
    new registration, closing list to new patient
cqc-inspection: cqc inspection, cqc inspect, routine visit, routine inspection, annual regulatory review, visit
    surgery, gp inspection, cqc visit, inspection of gp practice, cqc inspector
cqc-rating: cqc rating, gp practice rating, rated outstanding, rated inadequate, rated require improvement, display of
    rating, intelligent monitoring, cqc risk band, cqc banding, rating from cqc
special-measures: special measure, inadequate rating, cqc enforcement, urgent suspension of registration, cqc suspend
patient-safety: psirf, lfpse, learn from patient safety event, patient safety strategy, nrls, patient safety incident,
    patient safety lead, patient safety reporting, record patient safety event
safety-alert: natpsa, cas alert, central alerting system, patient safety alert, cas registration, cas contact, patient
    safety notice, registering for cas
safeguarding: safeguarding, child protection information sharing, child protection report, cp is alert
primary-secondary-interface: primary secondary interface, primary secondary care interface, interface between primary
    and secondary, workload dump, consultant to consultant referral, onward referral, discharge letter, hospital pass
    work to gp, red tape between gp and hospital, interface guidance
cancer-referral: two week wait, urgent cancer referral, urgent suspected cancer, suspected cancer referral, faster
    diagnosis standard, two week cancer referral, early cancer diagnosis, fit test, faecal immunochemical test,
    national cancer plan
records-movement: record movement, movement of medical record, medical record collection, record collection service,
    missing medical record, misdirected record, stored paper record, paper record collection, deceased record, medical
    record backlog
nhs-app: nhs app, doctor in your pocket, my companion
prescriptions-electronic: electronic prescription, eps release, eps phase 4, eps outage, erd, eps controlled drug,
    electronic prescribing mandatory, prescription tracking, repeat dispensing, eps token
smartcard: smartcard, smart card, care identity service, cis2, care identity authentication
nhsmail: nhsmail, nhs mail, nhs email account
gp-it-framework: gp it future, gpsoc, gp system of choice, tech innovation framework, digital care service framework,
    gp it operating model, securing excellence in gp it, gp it funding, digital service for integrated care, gp it
    framework
docman: docman, unprocessed document, document workflow, electronic document transmission, mesh mailbox, transfer of
    care message, hospital letter electronic
spine-outage: spine outage, spine failure, nhs spine, it outage, it failure gp, crowdstrike, it meltdown, computer
    crash gp, nhs it failure
cyber-attack: cyber attack, cyberattack, cyber incident, ransomware, synnovis, wannacry, adastra, cyber security
    alert, qilin, hcrg hack
ai-scribe: ai scribe, ambient scribe, ambient voice technology, ambient scribing, avt, ai note taker, ai notetaker,
    ambient ai, ai scribing, unapproved ai
practice-website: practice website, gp website, website standard, website requirement, website benchmark, nhs uk
    profile, dos profile, profile manager, nhs website manager
pcse-service: pcse, capita contract, capita gp, gp back office function, primary care support, capita failing, capita
    payment to practice
pcse-online: pcse online, pcse portal, pcse user administrator, pcse customer contact, pcse enquiry form, pcse
    maintenance, pcse system, pcse account
gp-payments: gp payment and pension, payment statement, gms statement, practice payment delay, payment run, late
    payment to practice, practice statement, nhais, open exeter, exeter system
registration-right: right to register, gp access card, proof of address, no id registration, registration without id,
    register without id, safe surgery, homeless registration, refuse to register, registration of vulnerable patient
asylum-seekers: asylum seeker, asylum hotel, afghan resettlement, afghan evacuee, home for ukraine, ukrainian refugee,
    refugee health, contingency accommodation, refugee registration, afghan refugee
interpreting: interpreter service, interpreting service, translation service, interpretation and translation, british
    sign language interpreter, bsl interpreter, interpreting framework, interpreter booking, language line,
    interpreter contract
carers: carer register, unpaid carer, young carer, carer identification, identify carer, carer quality marker, carer
    week, carer code
veterans: veteran friendly, armed forces covenant, op courage, armed forces community, military record transfer,
    veteran accreditation, armed forces registration, service family
care-home: care home, carehome, nursing home, ehch, residential home cover
nhs-pension: nhs pension, pension scheme amendment, partial retirement, retire and return, abatement of pension,
    pension flexibility, gp pension, pension record, pension dashboard, total reward statement
premises-directions: premises cost direction, premises direction, nhs premises cost, gms premises cost, premises cost
    reimbursement, improvement grant, minimum standard premises, premises cost amendment, premises reimbursement, bcis
notional-rent: notional rent, rent review, rent reimbursement, current market rent, district valuer, cmr1, rent
    arrear, gp rent, cost rent, valuation office rent
nhsps-charges: nhs property service, nhsps, facility management charge, historic service charge, community health
    partnership, service charge dispute, lift building, gp service charge, premises service charge
business-rates: business rate, rate rebate, non domestic rate, rate revaluation, water rate reimbursement
pharmacy-first: pharmacy first, community pharmacist consultation service, cpcs, pharmacist prescribe without gp,
    minor ailment pharmacy, seven common condition, pharmacy contraception service, pharmacist to treat minor illness,
    pharmacy referral, pharmacy write to gp record
independent-prescribing: independent prescriber, pharmacist independent prescribing, independent prescribing
    pathfinder, non medical prescriber, prescriber code, prescribing code, paramedic prescribing, prescriber change
    form, change of prescriber, designated prescribing practitioner
shared-care: shared care, specialist drug prescribing, transfer of prescribing responsibility, dmard monitoring, near
    patient testing, amber drug
dispensing-doctor: dispensing doctor, dispensing practice, dispensing fee, dispensary service quality scheme, dsqs,
    dispensing feescale, dispensing gp, dispensing patient, dispensing review of use of medicine, druma
doctor-strikes: doctor strike, consultant strike, strike by resident doctor, doctor walkout, bma strike, strike ballot
    for doctor, all out strike, resident doctor dispute, junior doctor contract, five day walkout
collective-action: collective action, industrial action, work to rule, gp ballot, gp strike, indicative ballot, gp
    protest, cap on appointment, 25 patient a day, undated resignation
workforce-plan: long term workforce plan, nhs workforce plan, 10 year workforce plan, ten year workforce plan, nhs
    people plan, interim people plan, 15 year workforce plan, nhs long term plan
christmas-opening: christmas opening, christmas eve opening, festive opening, new year opening, boxing day opening,
    festive period opening, opening over christmas, open at christmas, christmas closure
emis: emis, optum takeover
systmone: systmone, tpp, the phoenix partnership
practice-closure: practice closure, surgery closure, gp surgery closing, practice closing, list dispersal, practice
    dispersal, branch closure, branch surgery
practice-merger: practice merger, gp merger, merge gp practice, gp practice to merge, contract merger
clinical-waste: clinical waste, healthcare environmental service
"""
