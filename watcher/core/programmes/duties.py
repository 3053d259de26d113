"""Schemes, payments, duties and data collections with names of their own, in the wordings of letters and headlines.

Two announcements within weeks that name one of them are about one matter. Words as `folded_words` folds them, singular.
"""

DUTIES = """
breach-notice: breach notice, remedial notice, breach of contract notice, contractual breach, contract sanction,
    practice in breach, breach their contract
global-sum: global sum, core funding, core practice funding, price per weighted patient, payment per weighted patient,
    pound per patient, per patient funding, gp funding uplift, core contract funding, baseline funding uplift
funding-formula: carr hill, gp funding formula, funding formula review, weighted capitation formula, weighted list
    formula, global sum allocation formula, gp funding overhaul, funding formula for gp
mpig: mpig, practice income guarantee, correction factor
pms-review: pms review, pms premium, pms funding review, pms contract review, equitable funding review, pms
    reinvestment, pms cut, pms to gms, pms return to gms
seniority: seniority payment, seniority pay, seniority factor, seniority allowance, seniority scheme, gp seniority,
    final seniority
qof-protection: qof income protection, qof income protected, income protection for practice, qof suspended, qof
    suspension, suspend qof, qof pause, qof paused, qof protected, qof relaxed
cqrs: cqrs, calculating quality reporting service
minor-surgery: minor surgery des, minor surgery enhanced service, minor surgery payment, minor surgery direction,
    joint injection payment, minor surgery specification, minor surgery fee
unplanned-admissions: unplanned admission, proactive case finding, proactive care programme, hospital avoidance des
new-to-partnership: new to partnership, golden hello, golden handshake, golden handcuff, n2pp, ntpps, ntpp,
    partnership scheme, partnership payment, partnership premium
practice-gp-reimbursement: practice level gp reimbursement, practice level reimbursement, gp reimbursement scheme,
    practice reimbursement scheme, practice level gp scheme, practice gp scheme, gp recruitment reimbursement,
    ringfenced gp recruitment
arrs-gp: newly qualified gp, recently qualified gp, arrs gp, gp in arrs, gp through arrs, gp under arrs, hire gp
    through pcn, jobless gp, unemployed gp, out of work gp
arrs-nurse: arrs nurse, arrs practice nurse, practice nurse in arrs, nurse added to arrs, nurse through arrs, enhanced
    practice nurse, enhanced nurse role, general practice nurse arrs
iif: iif, investment and impact fund, impact and investment fund, pcn incentive scheme, pcn target, pcn bonus, pcn
    incentive payment
capacity-access-payment: caip, casp payment, capacity access payment, capacity and access, access improvement plan
enhanced-access: enhanced access, network standard hour, evening and saturday appointment, saturday gp appointment,
    weekend and evening appointment, 9am to 5pm saturday
protected-learning: protected learning time, plt session, practice learning time, plt cover, protected time for
    practice, practice closed for training, shut for training, closed for staff training
winter-access-fund: winter access fund, 250m winter fund, 250m access fund, winter access funding, winter funding for
    gp, gp rescue plan, gp rescue package, access rescue package, waf funding, 250m for gp
in-person: face to face, in person, right to see gp, remote appointment default, facetoface
8am-scramble: 8am scramble, 8 am scramble, 8am rush, 8am stampede, eight oclock scramble, 8am phone scramble, morning
    scramble, phone queue at 8am, call back tomorrow, ring back tomorrow
access-recovery: delivery plan for recovering access, recovering access to primary care, primary care recovery plan,
    access recovery plan, recovery plan for primary care, pcarp, gp access recovery, primary care access plan
cloud-telephony: cloud based telephony, cloud telephony, digital telephony, advanced telephony, cloud phone system,
    new phone system for gp, better phone system, analogue phone, digital phone line, pstn switch off
online-consultation-central: national online consultation, single online consultation, central online consultation
    platform, online consultation through nhs app, digital front door, consultation platform contract, online
    consultation procurement, digital pathway framework, digital primary care framework, digital first online
    consultation framework
patient-charter: patient charter, you and your general practice, your general practice charter, yygp, publish charter,
    what patient can expect
friends-family: friend and family test, friends and family test, fft, friend and family result
slot-mapping: slot mapping, appointment categorisation, slot type mapping, appointment mapping, gpad mapping, map
    appointment slot, national slot type, category mapping, appointment category
violent-patient: special allocation scheme, special allocation service, immediate removal of patient, violent patient,
    sas scheme patient
jess-rule: jesss rule, jess rule, jessica brady, three strike, rethink diagnosis, third appointment rule, three time
    rule, jesss law, jess law, second opinion after three
edec: edec, electronic declaration, e declaration, practice self declaration, annual self declaration, annual
    electronic practice declaration, annual practice declaration, self declaration deadline, practice declaration
    deadline
complaint-return: k041b, ko41b, complaint return, complaint data collection, written complaint collection
workforce-return: workforce return, workforce data collection, workforce minimum data set, nwrs, workforce census,
    national workforce reporting service, practice workforce submission, wmds, workforce data submission, workforce
    snapshot
earnings-publication: publish mean earning, mean net earning, net earning on website, gp earning on website, practice
    website earning, publication of gp earning, gp net earning, earning publication requirement
pay-declaration: pay declaration, pay transparency, declare income, declaring gp earning, declare earning, self
    declaration of earning, gp earning above 150000, gp pay naming, name gp earning, publish earning
national-insurance: national insurance rise, national insurance hike, employer national insurance, employer nic, ni
    hike, ni contribution rise, national insurance exemption, exempt gp from national insurance, nic rise, jobs tax
minimum-wage: minimum wage, national living wage, living wage rise, living wage increase, living wage rate
employment-rights: employment right act, employment right bill, day one right, unfair dismissal right, zero hour
    contract ban, fire and rehire, sexual harassment duty, worker protection act, third party harassment, flexible
    working right
locum-reimbursement: locum reimbursement, sickness reimbursement, sickness locum cover, locum cover reimbursement,
    parental leave reimbursement, sickness leave payment, locum cover payment, locum allowance, gp performer payment,
    parental and sickness leave
retention-scheme: gp retention scheme, gp retainer, retained doctor scheme, retained gp, retention scheme expense
    supplement, retainer allowance, gp retention fund
return-to-practice: return to practice, induction and refresher scheme, returner programme, gp returner, gp induction
    and refresher, come back to practice, retired gp return, emergency register return, returning gp, back to work gp
gp-fellowship: gp fellowship, general practice fellowship, new to practice fellowship, new to practice programme, new
    to practice nurse, spin programme, summative fellowship, fellowship programme for gp, supporting mentor scheme,
    mentor scheme for gp
targeted-recruitment: enhanced recruitment scheme, ters, 20000 golden hello for trainee, under doctored area, hard to
    recruit area, gp trainee golden hello, 20000 for gp trainee
trainer-grant: trainer grant, trainer cpd grant, educator grant, undergraduate tariff, medical student tariff, gp
    educator pay, teaching tariff, undergraduate medical placement tariff, education and training tariff, trainer
    payment
nurse-cpd: nurse cpd, cpd funding for nurse, nursing cpd fund, 1000 training budget, ahp cpd funding, cpd allocation,
    cpd money for nurse
gp-resilience: resilience programme, resilience fund, vulnerable practice programme, vulnerable practice fund,
    practice resilience, struggling practice fund, section 96 support, section 96 funding, practice on brink fund
gp-forward-view: gp forward view, general practice forward view, gpfv, five year forward view, gp rescue package 2016,
    urgent prescription, general practice development programme, releasing time for care, ten high impact action,
    productive general practice
neighbourhood-provider: neighbourhood contract, snp contract, mnp contract, neighbourhood provider, integrated health
    organisation, iho contract, gp at scale contract
neighbourhood-centre: neighbourhood health centre, neighbourhood health hub, one stop shop health centre, 250 health
    centre, one stop health centre, nhc programme, cavell centre, polyclinic
nhse-abolition: nhs england abolition, abolition of nhs england, abolish nhs england, nhs england abolished, nhs
    england scrapped, scrap nhs england, axe nhs england, nhs england axed, nhse abolition, nhs england merged into
    dhsc
cqc-fees: cqc fee, cqc registration fee, fee scheme cqc
cqc-registration: cqc registration, registered manager, cqc provider portal, register with cqc, cqc statutory
    notification, registration application cqc, cqc portal
cqc-framework: single assessment framework, cqc assessment framework, cqc reform, dash review, better regulation
    better care, cqc new approach, key line of enquiry, cqc framework consultation, cqc strategy, gp mythbuster
indemnity: cnsgp, clinical negligence scheme for general practice, state backed indemnity, indemnity scheme, gp
    indemnity, indemnity support scheme, indemnity cost, indemnity payment, existing liability scheme, elsgp
medical-examiner: medical examiner, death certificate, death certification, medical certificate of cause of death,
    mccd, new death process, certify death, cremation form
learning-from-deaths: learning from death, leder, child death review, prevention of future death, regulation 28 report
fit-note: fit note, sick note, med3, workwell, isolation note, statement of fitness for work, keep britain working
firearms: firearm licensing, firearm certificate, shotgun licence, shotgun certificate, gun licence, firearm medical
    marker, firearm report, digital firearm marker, firearm flag, gun owner
dvla: dvla, fitness to drive, hgv medical, driving licence medical, blue badge, d4 medical
advice-and-guidance: advice and guidance, 20 per advice request, 20 fee for advice, a g request, specialist advice
    before referral, pre referral specialist advice, paid for advice request, single point of access for referral
e-referral: e referral, choose and book, paper switch off, e rs, paperless referral, electronic referral, referral
    management, patient choice at referral
dspt: dspt, security and protection toolkit, data security toolkit, information governance toolkit, ig toolkit,
    toolkit submission, toolkit deadline, toolkit return, toolkit for practice
subject-access: subject access request, sar request, dsar, subject access fee, solicitor request for record, free
    subject access, copy of medical record request, gdpr subject access, gdpr for practice
records-access: record access, access to record, full record online, prospective access, new entry in gp record, gp
    record through nhs app, automatic switch on, citizen access, online record, patient see gp note
record-upload: lloyd george, digitise paper record, scan paper record, record digitisation, digitised record upload,
    back scanning, paper record scanning, destroy paper record
messaging-funding: sms funding, text message funding, sms fragment, text message cost, sms cost, messaging funding,
    sms budget, text messaging cut, batch messaging, free text message for practice
gp-connect: gp connect, pharmacy write access, write access to gp record, structured record access
single-patient-record: single patient record, shared care record, one patient record, patient passport, single care
    record, national care record, federated data platform, palantir
summary-care-record: summary care record, scr additional information, scr change, scr consent, scr implied consent
care-data: care data, caldicott, pathfinder practice, sharing confidential information, share confidential
    information, medical record sold, data grab, caredata
opt-out: opt out, gpdpr, data extraction, gp data for planning, general practice data for planning, data for planning
    and research, data grab, gp data collection, upload of record, upload of patient record
data-provision-notice: data provision notice, dpn, gpes, data collection notice, general practice extraction service,
    legal duty to share data, gp data direction, copi notice, control of patient information
windows-upgrade: windows 11, windows 10, windows 7, windows xp, windows migration, internet explorer retirement,
    office 365, microsoft 365 licence, o365, windows end of support
clinical-safety-standard: dcb0160, dcb0129, clinical safety officer, dtac, digital technology assessment criteria,
    clinical risk management standard, clinical safety case, digital clinical safety
111-booking: 111 booking, nhs 111 direct booking, 111 slot, direct booking from 111, 111 first, 111 appointment slot,
    one in 3000 patient, booking and referral standard, 111 disposition
registration-backoffice: gms1, patient registration service, deduction request, registration and deduction, nhais
    replacement, primary care registration management, fp69
registration-online: register with a gp, online registration, online patient registration, digital registration,
    register with a doctor surgery, national registration service, register with gp online, new registration form
out-of-area: out of area registration, out of area patient, boundary free registration, practice boundary, choice of
    gp practice, gp boundary abolished, register near work, out of area enhanced service, out of area home visit
list-cleansing: list cleansing, list reconciliation, list maintenance, list validation, list cleaning, ghost patient,
    list inflation, patient list removal, phantom patient, removal from patient list
overseas-visitors: overseas visitor, health tourist, health tourism, migrant charge, ehic, ghic, s1 form,
    supplementary question gms1, immigration status check, home office data sharing
gp-pension-certificate: type 1 certificate, type 1 annual certificate, type 1 pension, type 2 self assessment, type 2
    medical practitioner, type 2 form, year end pension certificate, pension certificate deadline, end of year
    certificate, pensionable profit
pension-estimate: pension estimate, estimate of pensionable, estimated pensionable, pensionable income estimate,
    pensionable pay estimate, estimate of gp provider, solo form, locum form a, locum a and b, locum pension form
pension-tax: annual allowance, lifetime allowance, pension tax, scheme pays, pension growth statement, pension saving
    statement
pension-mccloud: mccloud, remediable service statement, pension remedy, age discrimination pension, deferred choice
    underpin, rollback pension, 2015 remedy, cost of pension claim back
pension-contribution: contribution rate, contribution tier, pension contribution, pay towards pension, pay towards
    retirement, employee contribution, employer contribution, member contribution change, employer superannuation
    rate, pension threshold
premises-fund: modernisation fund, surgery refurbished, refurbish surgery, gp surgery modernised, surgery upgrade,
    surgery makeover, repair surgery, premises upgrade, infrastructure fund, premises fund
ettf: ettf, primary care transformation fund, primary care infrastructure fund, estate and technology, 1bn premises
    fund, infrastructure fund bid, gp premises capital, business as usual capital, bau capital, primary care capital
flu-50-64: 50 64 flu, flu for over 50, flu jab over 50, 50 to 64 year old, flu vaccine 50 to 64, over 50 flu, 50 64
    year old, aged 50 to 64, flu jab for over 50, over 50 dropped from flu
flu-enhanced-service: flu des, seasonal influenza des, flu enhanced service, influenza enhanced service, seasonal
    influenza specification, flu item of service, flu specification, fp34d, flu claim, flu payment
flu-staff: staff flu, flu jab for staff, vaccinate frontline healthcare staff, flu fighter, healthcare worker flu,
    carer flu vaccination
covid-enhanced-service: covid enhanced service, covid vaccination des, covid 19 vaccination enhanced service, covid
    vaccination enhanced service, covid vaccination specification, collaboration agreement, covid item of service,
    covid vaccination fee, covid vaccination sign up, pcn grouping
staff-vaccination: vcod, vaccination as a condition of deployment, vaccine mandate, unvaccinated staff, mandatory
    vaccination, mandatory jab, compulsory vaccination, mandatory covid vaccination, mandatory covid jab, compulsory
    covid vaccination
covid-sop: covid standard operating procedure, standard operating procedure for general practice, gp standard
    operating procedure, general practice sop, gp sop, covid sop, sop withdrawn, preparedness letter, hot hub, hot
    site
covid-support-fund: covid support fund, covid capacity expansion fund, general practice covid capacity, covid
    expansion fund, 150m expansion fund, covid cost reimbursement, covid fund for practice, covid expense
    reimbursement, additional covid cost, 120m covid fund
gonorrhoea-vaccine: gonorrhoea vaccine, gonorrhoea vaccination, gonorrhoea jab, 4cmenb gonorrhoea, sexual health
    vaccination, hepatitis a vaccine msm, gonorrhoea programme
prescription-charge: prescription charge, prescription fee, prescription cost rise, prescription prepayment
    certificate, prescription price, free prescription, prescription exemption, cost of prescription
blood-tube-shortage: blood tube, blood bottle, blood test tube shortage, blood test bottle shortage, blood collection
    tube, stop blood test, blood specimen bottle, blood test delay, vacutainer
bureaucracy-concordat: bureaucracy concordat, bureaucracy busting, gp bureaucracy, red tape for gp, gp red tape,
    reducing bureaucracy in general practice, letter for school absence
ppe-portal: ppe, personal protective equipment
infected-blood: infected blood, contaminated blood, transfusion before 1996
easier-access-campaign: making it easier to see, making it easier to contact, making it easier to get, making it
    easier to work, making it easier for patient, easier to see gp, easier to see a gp, easier to contact gp, easier
    to get gp appointment, easier to book gp
oliver-mcgowan: oliver mcgowan, learning disability and autism training, oliver training, mcgowan code of practice,
    statutory and mandatory training
"""
