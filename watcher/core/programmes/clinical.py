"""Vaccines, screening, medicines and diseases, which many announcements of a month may name.

That two of them name one is not enough to make them one matter. Words as in duties.py.
"""

CLINICAL = """
vaccine-contract-review: vaccination and immunisation reform, item of service fee, immunisation payment, childhood
    immunisation target, vaccination payment, vaccine item of service, imms payment, vaccination core standard,
    vaccination contractual standard, immunisation incentive
flu-programme: flu letter, flu programme, flu immunisation programme, seasonal influenza programme, flu vaccination
    programme, flu campaign, flu season letter, flu plan, seasonal flu vaccination, free flu jab
flu-children: child flu, children flu vaccine, flu nasal spray, nasal flu, laiv, fluenz, childhood flu programme, two
    and three year old flu, school flu, flu year 11
flu-vaccine-supply: flu vaccine order, flu vaccine supply, flu vaccine reimbursement, flu vaccine shortage, flu
    vaccine delay, central flu stock, dhsc flu stock, central stock, reimbursable flu vaccine, ativ
flu-antivirals: antiviral, oseltamivir, tamiflu, zanamivir, influenza circulating
covid-spring: spring booster, spring covid, spring campaign, spring dose, spring programme, spring jab, fourth jab
covid-autumn: autumn booster, autumn covid, autumn campaign, autumn winter vaccination, covid winter vaccine, autumn
    vaccination programme, autumn winter covid, over 75 covid, over 65 covid jab, covid eligibility
covid-booster-2021: booster programme, booster jab, booster rollout, third dose, third jab, omicron booster, booster
    target, get boosted now, million jab a day, booster for over 50
covid-vaccination: covid vaccination, covid 19 vaccination, covid vaccine, covid jab, covid 19 vaccine, coronavirus
    vaccine, coronavirus vaccination, vaccine rollout, covid second dose, evergreen offer
vaccination-sites: vaccination site, local vaccination service, vaccination centre, vaccination hub, mass vaccination,
    national booking service, gp led vaccination, hospital hub, wave 1 site, vaccine clinic site
covid-shielding: shielding, shielded patient list, clinically extremely vulnerable, cev patient, extremely vulnerable
    letter, high risk shielded patient, qcovid
rsv: rsv, respiratory syncytial virus, abrysvo, nirsevimab
shingles: shingles, shingle, shingrix, zostavax, herpes zoster, zoster vaccine
mmr: mmr, mmrv, measles, chickenpox, varicella
hpv: hpv, human papillomavirus, gardasil
pneumococcal: pneumococcal, ppv23, pneumovax, pcv13, prevenar, pcv20, ppv shortage, pneumonia jab
pertussis: pertussis, whooping cough, boostrix, repevax, adacel, maternal vaccination
childhood-schedule: childhood immunisation schedule, routine childhood schedule, childhood schedule change, routine
    childhood immunisation, childhood vaccination schedule, 18 month appointment, 18 month vaccination, menitorix, hib
    menc, hexavalent
childhood-uptake: childhood vaccination uptake, childhood vaccine uptake, cover data, childhood jab uptake,
    vaccination uptake in child, childhood immunisation uptake, child health information service, health visitor
    vaccination, fall in childhood vaccination, childhood jab rate
vaccine-catch-up: national vaccine catch up, immunisation catch up, catch up campaign, unvaccinated child catch up
call-and-recall: call and recall, call recall, invite and recall, recall patient for vaccination, vaccination
    invitation
menb: menb, men b, meningitis b, bexsero, meningococcal b
menacwy: menacwy, men acwy, meningitis acwy, fresher vaccine, menc vaccine, men c vaccine, teenage booster, student
    meningitis vaccine, nimenrix
meningitis-outbreak: meningitis outbreak, meningococcal outbreak, meningitis cluster, meningococcal case, meningitis
    case, meningococcal disease, meningitis death, meningitis antibiotic
bcg: bcg, latent tb testing, latent tuberculosis, tb testing of migrant, tuberculosis screening
polio: polio, poliovirus, ipv booster
mpox: mpox, monkeypox, smallpox vaccine, imvanex, clade ib, mva bn
hepatitis-b: hepatitis b, hep b, dried blood spot test
immform: immform, vaccine ordering, vaccine supply issue, vaccine delivery day, movianto, vaccine order cap, order
    vaccine
green-book: green book, immunisation against infectious disease
pgd: patient group direction, pgd, patient specific direction
cervical-screening: cervical screening, smear test, hpv primary screening, cervical sample, csms, hpv self sampling,
    self sampling kit, diy smear
bowel-screening: bowel screening, bowel cancer screening, bowel cancer kit, fit kit, bowel scope, poo test, bowel
    cancer test over 50
breast-screening: breast screening, breast cancer screening, mammogram, age extension breast
lung-screening: lung cancer screening, lung health check, lung screening, lung cancer check, smoker screening, tlhc
infant-check: six week check, 6 to 8 week check, postnatal check, six to eight week check, new mother check, mother
    check up, perinatal mental health check
health-check: nhs health check, midlife mot, free health mot, digital health check, online health check, 40 to 74
    health check, over 40 health check
learning-disability-check: learning disability health check, annual health check, learning disability des, learning
    disability register, ld health check, learning disability enhanced service, autism health check, stomp, learning
    disability check
smi-check: severe mental illness health check, smi health check, serious mental illness check, smi physical health
    check, smi check, physical health check smi, severe mental illness check, physical health check for severe mental
weight-management: weight management des, weight management enhanced service, weight management referral, digital
    weight management, obesity and weight management, weight management programme, weight management service, obesity
    enhanced service, 1150 per referral, obesity payment
tirzepatide: tirzepatide, mounjaro, wegovy, semaglutide, ozempic, weight loss jab, weight loss drug, weight loss
    injection, fat jab, obesity jab
dementia: dementia diagnosis, dementia des, dementia enhanced service, dementia identification scheme, dementia
    payment, cash for diagnosis, dementia strategy, dementia review
structured-medication-review: medication review, smr specification, overprescribing, medicine optimisation,
    polypharmacy
hrt: hrt, hormone replacement, menopause, oestrogel
serious-shortage: serious shortage, ssp
supply-notification: medicine supply notification, msn, medicine supply tool, medicine shortage, drug shortage,
    medicine out of stock, supply disruption, medicine supply alert, tier 2 shortage, tier 3 shortage
adhd-medicine: adhd, methylphenidate, lisdexamfetamine, right to choose
valproate: valproate, epilim, pregnancy prevention programme, annual risk acknowledgement form, topiramate
isotretinoin: isotretinoin, roaccutane, accutane, acne drug
controlled-drugs: controlled drug, cd accountable officer, gabapentinoid, pregabalin and gabapentin, tramadol
    schedule, opioid prescribing, gabapentin and pregabalin
seven-day-prescribing: 7 day prescription, seven day prescription, 28 day prescribing, repeat prescription duration, 7
    day prescribing, monitored dosage system, dosette box, seven day prescribing, multi compartment compliance aid,
    prescription interval
drug-recall: class 4 medicine defect, medicine recall, drug alert, medicine defect information, patient level recall,
    precautionary recall, batch recall, recalled tablet, class 2 recall
device-safety: device safety information, field safety notice, device alert, device recall, mda alert, pulse oximeter,
    philips ventilator, defibrillator recall, faulty device
strep-a: strep a, group a strep, scarlet fever, group a streptococcus, igas, strep throat antibiotic
avian-flu: avian flu, bird flu, h5n1, avian influenza, h5n5, pandemic flu, pandemic influenza
heatwave-cold: heatwave, heat health alert, adverse weather and health plan, cold weather plan, cold weather payment,
    heat alert, cold health alert, severe weather, extreme heat, red heat warning
aaa-screening: aaa screening, abdominal aortic aneurysm, aortic aneurysm screening
diabetic-eye-screening: diabetic eye screening, gp2drs, diabetic retinopathy screening, retinal screening
prostate-screening: prostate cancer screening, prostate screening, psa testing, psa test, prostate cancer check,
    prostate blood test
otc-prescribing: otc prescribing, over the counter prescribing, over the counter ban, ban on prescribing paracetamol,
    should not routinely be prescribed, low value medicine, low priority prescribing, stop prescribing otc, homeopathy
    ban, over the counter medicine
hajj: hajj, umrah, pilgrim vaccination
ramadan: ramadan, fasting and vaccination, fasting guidance
measles-outbreak: measles outbreak, measles case, measles incident, measles elimination, measles exposure, measles in
    waiting room, measles surge
jcvi: jcvi, joint committee on vaccination, vaccine advisory committee, vaccine adviser
"""
