"""The words that the text guard knows, in Dutch and English: see guarding.py.

Teachers write in either language, whatever language their pages are in, so both lists count. Only what means something
else in the other language is kept apart, in CLASHES.
"""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PUPILS = _set(
    "leerling leerlingen leerlinge mentorleerling mentorleerlingen mentorkind mentorkinderen mentorkindje "
    "brugpieper brugpiepers brugklasser brugklassers oud-leerling oud-leerlingen kleuter kleuters zorgleerling "
    "zorgleerlingen scholier scholieren kind kinderen jongen meisje dochter zoon broertje zusje pupil pupils "
    "student students child children schoolchild boy girl daughter son"
)
PARENTS = _set(
    "ouder ouders moeder moeders vader vaders mama papa verzorger verzorgers voogd pleegouder pleegouders "
    "pleegmoeder pleegvader stiefmoeder stiefvader oma opa parent parents mother father mum mom dad guardian "
    "guardians carer grandmother grandfather"
)
CLASSES = _set(
    "klas mentorklas brugklas groep stamgroep klassen groepen class classes year grade form group"
)
CLASHES = {"nl": _set("form grade year son"), "en": _set("kind")}
"""Words that are too common in the language to go by: a text in that language isn't read for them."""

HEALTH = _set(
    "dyslexie dyslectisch dyslectische dyscalculie adhd autisme autistisch autistische ass-diagnose pdd-nos "
    "asperger burn-out burnout overspannen depressie depressief depressieve depressies angststoornis "
    "paniekaanval paniekaanvallen ziek zieke ziekte ziekmelding ziekgemeld ziekteverlof ziektewet "
    "langdurig-ziek ziekenhuis medicatie medicijn medicijnen antidepressiva ritalin psycholoog psychiater "
    "psychisch psychische psychose therapeut getraumatiseerd ptss anorexia boulimia eetstoornis zelfmoord "
    "suïcide suïcidaal suicidaal zelfbeschadiging zwanger zwangerschap miskraam kanker chemokuur epilepsie "
    "diabetes suikerziekte reuma long-covid hersenschudding gehandicapt gehandicapte verslaafd verslaving "
    "alcoholist hulpverlening-psychiatrie bedrijfsarts arboarts dyslexia dyslexic dyscalculia autism autistic "
    "depression depressed ill illness sick sickness hospital hospitalised medication psychologist psychiatrist "
    "psychosis psychotic ptsd bulimia suicide suicidal self-harm pregnant pregnancy miscarriage cancer "
    "chemotherapy epilepsy epileptic diabetic arthritis concussion disabled addicted addiction"
)

PARTICLES = _set(
    "van von de den der het 't ten ter te in 't el al ben bin ibn da dos di du la le op aan"
)
"""What stands small in the middle of a surname."""

LINKS = _set(
    "is was een de het mijn onze haar zijn die dat deze heet heette genaamd een a an the my our her his who "
    "named called"
)
"""What may stand between a name and `leerling`."""
FROM = _set(
    "uit van from of"
)
OF_CLASS = FROM | _set("mijn onze de het deze my our the zit sits in")

COLLEAGUES = _set(
    "collega collega's docent docente docenten leraar lerares leraren juf meester mentor mentoren coach "
    "coaches teamleider directeur rector conrector leidinggevende afdelingsleider schoolleider opleider "
    "begeleider vakdocent stagiair stagiaire professor prof hoogleraar auteur schrijver onderzoeker volgens "
    "boek artikel colleague colleagues teacher teachers tutor headteacher principal head leader lecturer "
    "researcher author according book"
)
"""A full name right after one of these is somebody at work, or somebody who wrote a book."""

STARTERS = _set(
    "de het een ik wij we jij je hij zij ze u dit dat deze die er hier daar dan toen nu ook als wat wie waar "
    "hoe waarom wanneer welke in op aan bij met voor na van uit over tot naar om door onder tegen tussen "
    "tijdens zonder volgens vandaag gisteren morgen vorige vorig afgelopen volgende soms vaak altijd nooit "
    "maar en of want dus omdat hoewel toch eerst daarna later mijn onze ons zijn haar hun elke elk alle veel "
    "weinig geen niet nog wel al zelf samen per bijlage figuur tabel lokaal les hoofdstuk paragraaf stap ronde "
    "versie deel optie opdracht vraag blok periode sommige iedere andere beide the a an i we you he she it "
    "they this that these those there here then now also if what who where how why when which on at by with "
    "for after from about to through under against between during without today yesterday tomorrow last next "
    "sometimes often always never but and or because so although first later my our his her their each every "
    "all many few no not still yet together appendix figure table room lesson chapter step round version part "
    "option task question block term some other both is was has had do did does can could will would should "
    "may might must let"
)
"""Capitals at the beginning of a sentence that are no name."""

NO_NAMES = _set(
    "nederlands engels duits frans spaans fries latijn grieks wiskunde natuurkunde scheikunde biologie "
    "aardrijkskunde geschiedenis economie maatschappijleer gym lo ckv nask mens muziek tekenen techniek "
    "informatica filosofie arabisch turks dutch english german french spanish latin greek maths math "
    "mathematics physics chemistry biology geography history economics music drama science philosophy arabic "
    "turkish januari februari maart april mei juni juli augustus september oktober november december maandag "
    "dinsdag woensdag donderdag vrijdag zaterdag zondag january february march may june july august october "
    "monday tuesday wednesday thursday friday saturday sunday kerst pasen sinterklaas ramadan christmas easter "
    "vmbo mavo havo vwo mbo hbo pabo wo po vo so vso ib sg gsg rsg magister somtoday itslearning teams google "
    "microsoft nederland vlaanderen belgië europa amsterdam rotterdam utrecht groningen maastricht eindhoven "
    "nijmegen zwolle leiden netherlands england europe london amerika america school college lyceum gymnasium "
    "academie academy university universiteit hogeschool stichting scholengroep teacher leader leaders council "
    "voice evening association portal led agency leadership union board support council's raad leerlingenraad "
    "ouderraad parlement centraal voorop zelf eerst stem avond portaal vereniging korthagen vygotsky piaget "
    "dewey montessori dalton jenaplan covey biesta hattie"
)
"""Words with a capital that are no name of a person; a row of capitals with one of these is none either."""

FIRST_NAMES = _set(
    "emma julia mila sophie tess sara zoë zoe noor evi saar lotte anna lauren nora isa olivia eva maud milou "
    "sofie liv fleur yara lynn femke fenna sanne lisa iris anouk manon floor nina jasmijn lieke esmee naomi "
    "charlotte elin hanne marieke annemiek mirjam daphne romy britt amber merel bente puck kim laura marit "
    "rosa fatima aisha aïsha amina jan samira yasmina esra elif zeynep ayşe ayse meryem hafsa nour salma imane "
    "khadija hanan noa sem noah liam lucas luuk finn levi milan bram mees james jesse thijs thomas ruben lars "
    "tijn max daan tobias jasper niels joris pieter willem hendrik gijs stijn koen timo jelle sven wessel "
    "floris pepijn hugo idris otto mohamed mohammed muhammad mehmet ahmed ali yusuf youssef ibrahim omar bilal "
    "hamza ayoub emre mustafa karim rachid abdel soufiane ilias adam david daniel samuel michael sander jeroen "
    "maarten kevin dylan jayden emily sophia isabella amelia grace lily chloe hannah jack harry oliver george "
    "charlie jacob william ethan benjamin"
)
"""First names that are told from other words also without a capital, or where everything has one."""
