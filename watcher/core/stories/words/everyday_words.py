"""Everyday words of the news and of this field, with how many of 10,000 headlines have them, at least.

Made from a background of 3,400 headlines with their summaries (bench/everyday_words.py), not from the few Stories that
happen to be open: there "six" and "learn" are rare, and two features of one weekend would share them.
"""

_PER_TEN_THOUSAND = """
30: academy accelerat acclaim acute adam add addition additional advantag african ai alert alive amazon ambassador
    amount analys angry anniversary announcement annual anticipat anushka anxious apartment application argu armed
    arrangement aside asleep assess assistant associat asthana astrazeneca asylum attorney backlog barely beach bear
    behaviour belong billion bob boom bounc bowel breakthrough breast broadcaster calendar candid candidat capacity
    certify chair channel chaos chat cheer chelsea chip chocolat choic christopher clad closely coalition code cold
    collaps columnist comedy commit complain complaint complex computer conclud conclusion conferenc connect connection
    constantly content contrast contribut contribution cope corner cough counter crew cricket cry curb dad dementia deni
    descend destruction determin diagnos diagnosis differenc dilemma dinner diplomatic discharg discount discussion
    disorder distress diversity domestic done dr draft driven ear earn earth easily edge edit eighth elect emis
    emotional empir employer endur enhanc entir environmental equal essential everywher excit explosion extract fa fake
    fallen fastest fault feed feet festival fiction fix flag flash flavour flee forest formula founder freez fridg
    friendly frustrat fuel fun gallery gate gay gender generat gift glass globe god golden governor grand grenfell grew
    grown gun guy hair halt hang hardly headlin height hill homemad hong honour hopeful hous hrt hundr hurt identify
    immun implement incredibl india indoor infrastructur injur inquest insists institut insuranc intention interim
    intimat invest israeli japan jean jim joke jump junior kitchen klopp kong korea label landlord latter leak leed
    leicester lesson lifestyl lip loom lowest marin marriag massiv master mate maternity matthew maybe meat
    mediterranean memoir memorial merely method metre migrant mini minor mislead mountain movy muslim nasa nazi nearby
    newly newspaper nicola nigel noise nuclear numerous objection occupational odd offenc oil opinion organiser
    organization originally ourselv outgo outlet outrag oxford paint particular passenger path pay-award peace pet
    phenomenon photography pioneer pizza plane plastic plenty possibility powerful practitioner prais predict pregnant
    presenc presenter presidency prioritis priority privacy pro producer profil promotion prove provinc purpos ran rare
    rave recognition recover refusal regional regular relax relief reminder remotely rent requirement reserv residential
    retail reviv revolution rich robert rocket roof rugby ruled salary sarah sat scar scene scrutiny seeker serum serve
    sharp shoot shopper shore showcas shower sick sing sink siz slave slavery slow smile soft solution southern spanish
    speed spell spike spokesperson spray spy starmer stick str strain strip summary summit suppress surfac survivor
    switch table taught teach tear tech teenager temperatur terror thatcher theme therapy theyd theyr throat thrown tony
    touch tourist trail transfer transmission tree triag trick triumph trophy truck turkey twist uncertainty uncover
    unusual unveil upcom useful user utterly vast verdict volunteer voter wage weak weapon weather welsh whitehall
    wilson wine wing wonder wood wore yes zoom
40: aimed airway amber ambulanc analysis antibiotic antibody anxiety arsenal astonish attend averag bag bath biden
    bigger birth blame borough bottom breach breath bridg briton brown burst cabinet card ceo certain chart childhood
    church clash clearly cloth coffe collect combin comprehensiv conflict consequenc consult convinc corbyn counterpart
    criticis dedicat deny depression detect directly documentary easier electronic elite employ engagement false faster
    favour forgotten formally french frequently funeral gas greatest guidelin guilty harder hop hotel ice illegal
    immunity impossibl improve insight insist instagram italy jack jail judg kevin lawyer locum lung lyric mild min mp
    narrow negotiator oh oppos opposition patrick perform phase plot poor ppe prov quit quiz rachel rapid recognis
    recommend recruit reduction remind repeatedly reply residenc responsibl ring rival root sanction scan scor se semi
    settl sever shine ship smith sold specification stall station statistic stood stretch stuart subject suddenly
    supporter suppos sussex talent temporary tougher toy tradition traffic transform turned-back ukhsa usual van veteran
    villag violent warm welcome western whole window windrush worry
50: abroad acted activ actually added advanc airlin alex alternativ animal antisemitism anyth apart appoint arent army
    arrival assault attention audienc aware band beaten bed below beyond bird blind box brain broke built bully canada
    cap capsul cat catch celebration century certainly cervical chris christma cinema clean collection commercial
    communication completely condemn confident consistent consumer couldnt count county criminal critical criticism
    crowd currently de debut defend defin degre deserv direction discuss disput divid doubt dream drink drove ease
    effectively either eligible else elsewher empty enemy engag ensur entry episod escap estimat extraordinary fair
    federal fee felt fewer field fill fine fired flat formal fox fully furlough garden giant grant greater ground hail
    hall hancock handl happy harm healthcar heat heavily hell herself hollywood hot hpv hunt illness imagin immediat
    immediately improv incom increasingly inde individual infect inform initiativ inspection intend internal investment
    israel jeremy joint jonathan kept knee knew knowledg lab largely laugh leadership leav lee legacy liberal lifetim
    longest lower lunch maintain majority mar matt mayor michael ministry minority mov musician narrativ natur navigat
    negotiation net netflix nice nobody nor not-yet observer occur older operat opponent outdoor packag paris
    parliamentary partnership paul penalty personal peter piece pilot plant platform podcast pompeo prescriber pretty
    prevention previously print probably profit proposal pub publication publisher quality quite race racial racist
    rally react reaction reform regard regulator relation remot represent rescu respond resum retailer rid rock route
    rsv rush russian sack sampl sav saw scandal schedul seat settlement shape shield shown significantly simply sister
    sixth skin sleep slip socially society somehow sought spain spark spirit stadium stark steve storm straight strong
    struck submit successful super surg surround tale television ten tension theory tiny tone tool tough trace trad
    transport tried truly tweet twice type un unabl unlikely urge value vehicl venue victim virtual vital wake watchdog
    weekly welcom wellbe weve wheel whom widespread wind wish witness wont word worri zealand
70: above account accuse achiev activity ad address administration adopt advis adviser affect africa agent agre agree
    aid aim album alleg allegation allegedly alone although announce anyon appeal apply approach approv arm assessment
    available await ban bank-holiday beauty bid birmingham blow blue board boat boost border brief brought budget build
    busy california camp cancel cannot captur carry caught certificat chain chancellor character chief chines choos
    classic closur co coach coast colleg colour commission compar competition complet conduct confidenc contain
    controversial conversation cook core coupl cours crackdown critic cross current customer daily damag dance dangerous
    date daughter dead deadly debat december deep deeply defeat defenc delivery democracy democratic development digital
    direct disaster distanc dougla dozen drama dress driv driver duty easy eat editor emerg employe enabl encourag
    energy enjoy entirely era especially european exactly exampl exchang executiv exercis explor express faced fact
    failur famous farm father fifth finally financ fish flight floor flu fly foundation framework frontlin gain gap gave
    generation germany giv goal guide hate heart highest historic host household icb identifi ill impos incident
    independent industrial influenc information inspir intelligenc invitation irish island isnt isolat italian itself
    jame joe jone journalist journey joy judge june kick lack landmark languag largest lewis lived lock los lose loved
    low mail main male map martin meal meant memory mid middl mike mile mission mix model modern monitor morn mount
    moved movement myself natural neighbour neighbourhood network nine northern note noth november opening-hours
    operation option organisation original pack page pair panel parliament particularly photograph photographer physical
    pitch pleas plus poll population positiv potential potentially pound practice-manager preparation prescrib
    presidential princ produc professional progress promise promot prompt property propos protection protester pull
    quarter quick quickly racism radio reader reality reason recall recip refer region regulation reject relationship
    remember reopen repeat replac reported republican researcher resign resourc retir ris rishi river roll routin rule
    russia scienc scottish screen sea secret secur sense sentenc separat serv sex sexual shadow shift sight simpl singer
    sit situation skill sky slot soar sometim song soon sort sourc special specialist speech spoke spot squad status
    stock store stress strike studio sunak supermarket supplier sure surpris surviv suspend symptom taste tax teacher
    technology text thank theatr tier toll tory tower town travell true truth understood unless unprecedent usually
    visitor voice vulnerabl wall water weight wide widely wild william winner worst write wrong wrote youth
100: abuse accept activist actor admit adult agency alongsid am andrew answer app arrest art artist association
    australian author avoid award baby bad ball bar battl beat benefit block born boss brand brexit burn campaigner
    cancer capital care-home carri cast caus cause celebrat chanc charity child class climat clinical clinician colleagu
    comment committe common conservativ contact council crime cultur cup dark david decid declare detail devastat
    develop difficult diseas document doesnt dog doing dominic door doubl draw drive drug east education effect effectiv
    eight email ended english enter eu europ everyth ex exclusiv exist expos extra fac fall fan fashion fast favourit
    february fell femal finish fit food forward fresh front georg gone harry heard held higher holiday however huge
    husband id idea image important inquiry insid interest interview introduc investigat invit ireland issued kid kind
    king land large law leader lift limit line link listen liverpool loss lot management manager mask mass matter media
    medicin mental met military mind named near non normal notic novel october officer opportunity outsid owner pain
    paper perfect performanc perhap period phone photo pick planet politic politician pop popular position possibl
    premier prescription present press pressure previous price prison privat priz problem product promis protect provid
    provide publish published push queen rais raise range rate rather ready real recently red referral requir research
    resident rest restaurant reveals road round row royal save scale search seek select self sell senior september
    serious session shar shock shortage shut significant sir site someon sound sport spr spread standard strategy style
    suggest summer surge survey suspect tackl target task themselv threat threaten tip title together total tour track
    trip twitter understand urged version victory violenc wasnt wave websit wed weekend wife won worth writ writer
    written youre
150: access again ago agreement ahead air along american announced anti appear area arriv attack australia authority
    bank based began bill bit blood boy break buy cant career central champion charg check china civil clear clos
    condition confirm consider contract control cost demand design didnt die discover earlier economic economy emergency
    enough everyon evidenc extend eye featur financial fire focus football foreign franc friday gather girl goe green
    happen highlight himself hold human in-person industry infection injury instead investigation involv issue ive
    january john justic known leaders learn legal less let light likely list longer major mak manag manchester market
    match measur medical men messag minut moment murder music nation order outbreak parent park partner pass person
    pharmacy player political pre premises process programme project provider recent recovery reduc refus register
    request room rules safe safety sale scheme scientist scotland screening sector send sent seven several short social
    someth son space speak spend spent stage stand statement stay step struggl student study success suffer tak third
    though toward train travel treat treatment trust tv union using view visit vote wale walk wear
200: able accus act action advic allow already alway america among another ask asked attempt august away bbc becam
    behind believ better big biggest body bring business came campaign car challeng children clinic close club com
    community concern court creat cut data decad decision deliver describ different director dont effort event expect
    experienc expert explain fail far fear figur film final firm forc force free friend further futur general give given
    good got grow guidance half hand hard hav hear history hour hundreds impact increas international join keep labour
    leagu least leave led level liv lost love mark million miss monday mother mps name nearly night nurse offic often
    once onlin past policy post power prepar prevent primary prime protest question reach read receiv respons
    restriction reveal rise role run same saturday school scrap secretary security seem seen sery share shop side sign
    singl six small south stop sunday tells term think thought thousands thursday took trade trial tuesday unit
    university urgent used video virus wait war watch wednesday went whether white whose within woman worker york
300: accord almost april becom best black boris britain british case centr city claim company continu cover crisis deal
    death despit did died donald early election ever family feel few fight form former game global great group guardian
    head high hit hope hospital house im job johnson july key kill lead left letter littl local man march mean meet
    member move much national never north number offer official only open party payment pictur place play point polic
    president put really relat releas remain result return review risk second service should staff star state story
    street such support system taken talk team thing top try turn use very warn well west win without women young
500: across against appointment around becaus call care change come country coverag delay end england even face find
    follow found fund health help him home includ life live lockdown london long look made make many me nhs pandemic
    part plan public record report right set show take test trump vaccine way winter work
1000: covid government gp patient people see start uk world
"""


def _read(table: str) -> dict[str, int]:
    """`count: word word ...`; a line that begins with spaces continues the one before."""
    lines = table.strip().replace("\n    ", " ").splitlines()
    return {word: int(count) for count, words in (line.split(": ", 1) for line in lines) for word in words.split()}


EVERYDAY = _read(_PER_TEN_THOUSAND)
