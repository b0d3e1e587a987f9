"""One made-up review after the other, each with all that the rules ask for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import names
from records import Emit, Record, both, text
from world import COUNTRIES, HOSTS, Page, World, named

FIRST = date(2005, 1, 10)
LAST = date(2025, 1, 31)
_LEAVES = (
    *("digital-government-governance", "civil-service-capacity", "digital-government-regulation"),
    *("innovation-for-digital-government", "open-government", "inclusiveness-and-equality"),
    *("public-participation", "public-sector-approach"),
)
_LANGUAGE = "<http://publications.europa.eu/resource/authority/language/{}>"
_REVIEWS_OF_A_PROJECT = 5
_REVIEWS_OF_A_THEME = 20
_PROJECT = ("Supporting Government", "สนับสนุนภาครัฐ")
_AIM = ("Better {}", "พัฒนา{}ให้ดีขึ้น")


@dataclass(slots=True)
class Review:
    """What the parts of a review have in common."""

    name: str
    page: Page
    record: Record
    rng: Random
    start: date

    @property
    def facts(self) -> str:
        """The file of the review's own records."""
        return f"reviews/{self.name}"

    def part(self, kind: str, name: str, type_: str) -> Record:
        """A record of this review."""
        record = Record(kind, f"{kind}:{self.name}-{name}", self.facts)
        record.context = self.record.subject
        return record.say("a", type_)

    def dated(self, record: Record, predicate: str, day: date) -> None:
        """Say a date, and claim that the source prints it with its Buddhist-era year."""
        record.say(predicate, _date(day))
        printed = f"{day.day} {names.MONTHS[day.month - 1]} {day.year + 543}"
        if self.rng.random() < 0.2:  # noqa: PLR2004 - some sources print Thai digits
            printed = names.digits_in_thai(printed)
        passage = self.page.quote(printed)
        self.page.claim((record.subject, predicate, _date(day)), "stated", passage, printed)

    def take_part(self, holder: Record, who: str, role: str, *posts: str) -> None:
        """A participation in the review or one of its days."""
        held = holder.statements.get("m8g:hasParticipation", ())
        name = f"{holder.subject.partition(':')[2]}-{len(held) + 1}"
        record = Record("participation", f"participation:{name}", self.facts)
        record.context = self.record.subject
        record.say("a", "rg:Participation").say("m8g:hasParticipant", who)
        record.say("m8g:role", f"role:{role}").say("rg:actingAs", *posts)
        passage = self.page.passage(60)
        self.page.emit(record.say("rg:supportedBy", passage))
        if role == "chair":
            self.page.claim((record.subject, "m8g:role", "role:chair"), "implied", passage)
        for post in posts:
            self.page.claim((record.subject, "rg:actingAs", post), "ambiguous", passage, note=True)
        holder.say("m8g:hasParticipation", record.subject)

    def count(self, role: str, bound: str, value: int, printed: str) -> None:
        """A number that the source gives."""
        record = self.part("count", role, "rg:StatedCount").say("schema:value", str(value))
        record.say("rg:bound", f"bound:{bound}").say("rg:countOf", f"role:{role}")
        passage = self.page.quote(printed)
        record.say("rg:verbatim", text(printed)).say("rg:supportedBy", passage)
        self.page.emit(record)
        self.page.claim((record.subject, "schema:value", str(value)), "stated", passage, printed)
        self.record.say("rg:statedCount", record.subject)


class Reviews:
    """Reviews by number; the same seed gives the same reviews."""

    def __init__(self, emit: Emit, seed: int) -> None:
        self.emit = emit
        self.seed = seed
        self.world = World(emit)
        self.theme = ""
        self.project = ""
        self.leaves = 0

    def write(self, number: int) -> None:
        """Write a review, its source, passages and claims, and what it is the first to name."""
        rng = Random(f"{self.seed}:{number}")  # noqa: S311 - made-up data, no secrets
        name = f"review-{number:06d}"
        page = Page(name, self.emit)
        record = Record("review", f"review:{name}", f"reviews/{name}")
        start = FIRST + timedelta(days=number * 7 % 7_300)
        review = Review(name, page, record.say("a", "rg:Review"), rng, start)
        label = (
            f"Peer review {number} of {start.year}",
            f"การทบทวนที่ {number} พ.ศ. {start.year + 543}",
        )
        record.say("rdfs:label", *both(label)).say("skos:altLabel", '"Peer review"@en')

        state = rng.randrange(min(COUNTRIES, 3 + number // 4))
        host = self.world.ministry(state, rng.randrange(6), page)
        self.world.office(page)
        record.say("schema:organizer", host.iri, self.world.organiser)
        if number % _REVIEWS_OF_A_PROJECT == 0:
            self._project(number, self.world.country(state, page), page)
        record.say("dcterms:isPartOf", self.project)
        record.say("schema:location", self.world.room(host, rng.randrange(3), page))
        if number % _REVIEWS_OF_A_THEME == 0:
            self._theme(number, page)
        self._days(review, 5 if number == 0 else rng.randrange(1, 6))

        chair = self.world.person(HOSTS, host, page, rng)
        review.take_part(record, chair, "chair", self.world.post(host, 0, page))
        division = self.world.division(host, rng.randrange(3), page)
        for _ in range(rng.randrange(3)):
            official = self.world.person(HOSTS, division, page, rng)
            post = self.world.post(division, rng.randrange(2, 5), page)
            review.take_part(record, official, "accompanying-official", post)
        experts = dict(self.world.expert(page, rng) for _ in range(rng.randrange(2, 8)))
        for expert, post in experts.items():
            review.take_part(record, expert, "expert", post)
        review.count("expert", "exactly", len(experts), f"จำนวน {len(experts)} คน")
        self._agencies(review, host.iri)
        self._purposes(review)
        self.emit(record.say("rg:supportedBy", page.passage(200)))
        self._source(review, host.iri, division.iri)

    def _project(self, number: int, country: str, page: Page) -> None:
        """A project and the cooperation that it is part of."""
        cooperation = Record("cooperation", f"cooperation:cooperation-{number}", "projects")
        words = (f"Cooperation {number} on government", f"ความร่วมมือที่ {number} ด้านภาครัฐ")
        named(cooperation.say("a", "rg:Cooperation"), words, page, printed=1)
        self.emit(cooperation.say("org:hasMember", country, self.world.organiser))
        project = Record("project", f"project:project-{number}", "projects")
        words = (f"{_PROJECT[0]} {number}", f"{_PROJECT[1]} {number}")
        named(project.say("a", "rg:Project"), words, page)
        self.emit(project.say("dcterms:isPartOf", cooperation.subject))
        self.project = project.subject

    def _theme(self, number: int, page: Page) -> None:
        """A theme narrower than one of the ontology's."""
        leaf = _LEAVES[number // _REVIEWS_OF_A_THEME % len(_LEAVES)]
        topic = names.TOPICS[number // _REVIEWS_OF_A_THEME % len(names.TOPICS)]
        record = Record("concept", f"theme:generated-{number}", "themes").say("a", "skos:Concept")
        record.say("skos:inScheme", "<https://w3id.org/reviewgraph/id/theme>")
        record.say("skos:broader", f"theme:{leaf}")
        words = (f"{topic[0]} in government {number}", f"{topic[1]}ในภาครัฐ {number}")
        record.say("skos:prefLabel", *both(words)).say("skos:definition", *both(words))
        outside = f"<https://register.example/theme/{number}>"
        record.say("skos:exactMatch", outside)
        page.verified(record.subject, "skos:exactMatch", outside)
        self.emit(record)
        self.theme = record.subject

    def _days(self, review: Review, days: int) -> None:
        for day in range(1, days + 1):
            record = review.part("session", f"day-{day}", "rg:Session")
            words = (f"Day {day} of the review", f"วันที่ {day} ของการทบทวน")
            record.say("rdfs:label", *both(words)).say("schema:position", str(day))
            held = review.start + timedelta(days=day - 1)
            review.dated(record, "schema:startDate", held)
            record.say("schema:endDate", _date(held))
            leaves = [_LEAVES[(self.leaves + k) % len(_LEAVES)] for k in range(3)]
            self.leaves += 2
            record.say("rg:theme", *(f"theme:{leaf}" for leaf in leaves[:2]))
            record.say("rg:subTheme", self.theme if day == 1 else f"theme:{leaves[2]}")
            if day == days:
                party = self._party(review, "civil-society", day, "sector:civil-society")
                review.take_part(record, party, "interlocutor")
            self.emit(record.say("rg:supportedBy", review.page.passage(80)))
            review.record.say("schema:subEvent", record.subject)
        review.dated(review.record, "schema:startDate", review.start)
        review.dated(review.record, "schema:endDate", review.start + timedelta(days=days - 1))

    def _party(self, review: Review, name: str, number: int, *sectors: str) -> str:
        record = review.part("party", name, "rg:UnnamedParty")
        words = (f"Party {number} of the review", f"กลุ่มที่ {number} ของการทบทวน")
        record.say("rdfs:label", *both(words)).say("rg:sector", *sectors)
        if name == "agencies":
            record.say("rg:namedExample", *review.record.statements["schema:organizer"])
            record.say("dcterms:relation", self.project)
        self.emit(record.say("rg:supportedBy", review.page.passage(40)))
        return record.subject

    def _agencies(self, review: Review, host: str) -> None:
        """The agencies that took part, which the source counts but does not name."""
        party = self._party(review, "agencies", 0, "sector:public", "sector:private")
        review.take_part(review.record, party, "participating-agency")
        number = review.rng.randrange(5, 40)
        printed = f"กว่า {number} หน่วยงาน"
        review.count("participating-agency", "more-than", number, printed)
        review.page.claim((party, "rg:namedExample", host), "implied", review.page.passage(25))

    def _purposes(self, review: Review) -> None:
        number = review.rng.randrange(1, 6)
        for position in range(1, number + 1):
            topic = review.rng.choice(names.TOPICS)
            deed = names.DEEDS[position - 1]
            record = review.part("purpose", str(position), "rg:Purpose")
            words = (f"{deed[0]} {topic[0]}", f"{deed[1]}{topic[1]}")
            named(record, words, review.page, printed=1).say("schema:position", str(position))
            if position == number:
                aim = review.part("aim", "1", "rg:PolicyAim")
                words = (_AIM[0].format(topic[0]), _AIM[1].format(topic[1]))
                self.emit(named(aim, words, review.page, printed=1).say("schema:position", "1"))
                record.say("rg:policyAim", aim.subject)
                record.say("dcterms:subject", "sector:public")
            self.emit(record)
            review.record.say("rg:purpose", record.subject)

    def _source(self, review: Review, publisher: str, creator: str) -> None:
        """The page, after all its passages; one in three has a slip."""
        page = review.page
        record = Record("source", f"source:{page.name}", "sources").say("a", "rg:Source")
        words = (f"News of {review.name}", f"ข่าว {review.name}")
        record.say("rdfs:label", *both(words)).say("dcterms:publisher", publisher)
        record.say("dcterms:creator", creator)
        record.say("dcterms:language", _LANGUAGE.format("THA"))
        record.say("dcterms:subject", review.record.subject)
        issued = review.start + timedelta(days=7)
        for predicate in ("dcterms:created", "dcterms:issued", "dcterms:modified"):
            record.say(predicate, _date(issued))
        if review.rng.randrange(3) == 0:
            slip = review.part("slip", "1", "rg:Slip")
            slip.say("rdfs:label", *both(("Misspelt word", "สะกดคำผิด")))
            slip.say("dcterms:isPartOf", record.subject).say("rg:verbatim", text("ประชาสัมคม"))
            slip.say("rg:readAs", text("ประชาสังคม"))
            self.emit(slip.say("rg:supportedBy", page.quote("ประชาสัมคม")))
        digest = hashlib.sha256(f"{self.seed}{page.name}".encode()).hexdigest()
        record.say("rg:supportedBy", page.passage(52)).say("oa:end", str(page.at))
        self.emit(record.say("rg:digest", f'"{digest}"^^xsd:hexBinary'))


def _date(day: date) -> str:
    return f'"{day.isoformat()}"^^xsd:date'
