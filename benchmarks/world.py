"""The made-up world that reviews are held in: countries, bodies, posts and people.

Everything is described when a review first needs it, with a passage of that review's source as
its evidence. What is remembered is bounded, so that a million reviews need no more memory than a
hundred: countries and their bodies are few, and of experts only the last are asked again.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field
from random import Random

import names
from records import BASE, Emit, Record, both, text

COUNTRIES = 40
PEOPLE_OF_A_DIRECTORATE = 120
REMEMBERED = 80
HOSTS, DIRECTORATES, GUESTS = range(3)
_ACTING = (4, 9)
_NOTE = (
    "Added by the curators; the source does not print it.",
    "ผู้จัดทำเพิ่มเติม แหล่งข้อมูลไม่ได้พิมพ์ไว้",
)


@dataclass(slots=True)
class Page:
    """The source that a review rests on; passages are taken from it one after the other."""

    name: str
    emit: Emit
    at: int = 0
    claims: int = 0

    def quote(self, printed: str) -> str:
        """A passage that prints just this."""
        return self.passage(len(printed), printed)

    def passage(self, length: int, printed: str = "") -> str:
        """A passage of this length."""
        start, self.at = self.at, self.at + length + 1
        end = start + length
        iri = f"<{BASE}id/source/{self.name}#char={start},{end}>"
        digest = hashlib.sha256(f"{iri}{printed}".encode()).hexdigest()
        record = Record("passage", iri, f"passages/{self.name}")
        record.say("a", "rg:Passage").say("oa:hasSource", f"source:{self.name}")
        record.say("oa:start", str(start)).say("oa:end", str(end))
        if printed:
            record.say("rg:verbatim", text(printed))
        self.emit(record.say("rg:digest", f'"{digest}"^^xsd:hexBinary'))
        return iri

    def claim(
        self,
        statement: tuple[str, str, str],
        certainty: str,
        passage: str,
        printed: str = "",
        *,
        note: bool = False,
    ) -> None:
        """Evidence for one statement."""
        self.claims += 1
        record = self._claim(statement, certainty).say("rg:supportedBy", passage)
        if printed:
            record.say("rg:verbatim", text(printed))
        if note:
            record.say("skos:note", *both(_NOTE))
        self.emit(record)

    def verified(self, subject: str, predicate: str, outside: str) -> None:
        """How a link to outside was checked."""
        self.claims += 1
        words = (f"{outside[1:-1]} was found in its register.", f"พบ {outside[1:-1]} ในทะเบียนแล้ว")
        record = self._claim((subject, predicate, outside), "curated")
        self.emit(record.say("rg:verification", *both(words)))

    def _claim(self, statement: tuple[str, str, str], certainty: str) -> Record:
        subject, predicate, value = statement
        record = Record("claim", f"claim:{self.name}-{self.claims}", f"claims/{self.name}")
        record.say("a", "rg:Claim").say("rdf:subject", subject).say("rdf:predicate", predicate)
        return record.say("rdf:object", value).say("rg:certainty", f"certainty:{certainty}")


def named(record: Record, name: tuple[str, str], page: Page, *, printed: int = 0) -> Record:
    """Give a record its names: one of them printed in a quoted passage, the other claimed."""
    thai, english = both(name)
    record.say("rdfs:label", thai, english)
    passage = page.quote(name[printed])
    shown, added = (english, thai) if printed == 0 else (thai, english)
    page.claim((record.subject, "rdfs:label", shown), "stated", passage, name[printed])
    page.claim((record.subject, "rdfs:label", added), "curated", passage, note=True)
    record.say("rg:supportedBy", passage)
    return record


@dataclass(slots=True)
class Body:
    """An organisation or unit, the posts of it that were described, and who comes from it."""

    iri: str
    short: str
    posts: set[str] = field(default_factory=set)
    people: int = 0


class World:
    """What there is, as far as it was described."""

    def __init__(self, emit: Emit) -> None:
        self.emit = emit
        self.countries: set[int] = set()
        self.bodies: dict[str, Body] = {}
        self.rooms: set[str] = set()
        self.directorate: Body | None = None
        self.directorates = 0
        self.families = [0, 0, 0]
        self.experts: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)
        self.registered = 0

    def country(self, number: int, page: Page) -> str:
        """A country."""
        name = names.country(number)
        iri = f"country:{names.slug(name[0])}"
        if number not in self.countries:
            self.countries.add(number)
            letters = f"{chr(65 + number // 26)}{chr(65 + number % 26)}"
            record = Record("country", iri, "countries").say("a", "schema:Country")
            named(record, name, page)
            codes = (text(letters), text(letters + "X"), text(str(900 + number)))
            record.say("skos:notation", *codes)
            self.link(record, page)
            self.emit(record)
        return iri

    @property
    def some_country(self) -> str:
        """One of the countries that were described."""
        return f"country:{names.slug(names.country(min(self.countries))[0])}"

    def link(self, record: Record, page: Page) -> None:
        """Say what the record is in an outside register, and how that was checked."""
        self.registered += 1
        outside = f"<https://register.example/entity/{self.registered}>"
        record.say("owl:sameAs", outside)
        page.verified(record.subject, "owl:sameAs", outside)

    def ministry(self, number: int, topic: int, page: Page) -> Body:
        """A ministry of a country, below that country's government."""
        country = self.country(number, page)
        state = names.country(number)
        short = f"{names.slug(state[0])}-{topic}"
        if short in self.bodies:
            return self.bodies[short]
        government = f"organisation:government-of-{names.slug(state[0])}"
        if government not in self.bodies:
            self.bodies[government] = Body(government, "")
            record = Record("organisation", government, "organisations", context=country)
            record.say("a", "org:FormalOrganization")
            named(record, (f"Government of {state[0]}", f"รัฐบาล{state[1]}"), page)
            record.say("org:classification", "orgtype:government").say("rg:country", country)
            self.emit(record.say("rg:sector", "sector:public"))
        subject = names.TOPICS[topic]
        name = (f"Ministry of {subject[0]} of {state[0]}", f"กระทรวง{subject[1]}แห่ง{state[1]}")
        record = Record("organisation", f"organisation:{short}", "organisations", context=country)
        record.say("a", "org:FormalOrganization")
        named(record, name, page, printed=topic % 2)
        record.say("skos:altLabel", text(f"MO{subject[0][0]} {state[0]}", "en"))
        record.say("org:subOrganizationOf", government).say("rg:country", country)
        record.say("org:classification", "orgtype:ministry").say("rg:sector", "sector:public")
        record.say("schema:location", self.premises(short, name, page))
        if topic % 3 == 0:
            self.link(record, page)
        self.emit(record)
        self.bodies[short] = Body(record.subject, short)
        return self.bodies[short]

    def division(self, ministry: Body, number: int, page: Page) -> Body:
        """A division of a ministry."""
        short = f"{ministry.short}-division-{number}"
        if short not in self.bodies:
            record = Record("unit", f"organisation:{short}", "organisations")
            record.say("a", "org:OrganizationalUnit")
            name = (f"Division {number} of {ministry.short}", f"กองที่ {number} ของ {ministry.short}")
            named(record, name, page, printed=1)
            record.say("org:unitOf", ministry.iri).say("org:classification", "orgtype:division")
            page.claim((record.subject, "org:unitOf", ministry.iri), "implied", page.passage(30))
            self.emit(record)
            self.bodies[short] = Body(record.subject, short)
        return self.bodies[short]

    def premises(self, short: str, name: tuple[str, str], page: Page) -> str:
        """Where a body sits."""
        record = Record("place", f"place:{short}", "places").say("a", "schema:Place")
        record.say("rdfs:label", *both((f"Premises of the {name[0]}", f"ที่ทำการ{name[1]}")))
        self.emit(record.say("rg:supportedBy", page.passage(20)))
        return record.subject

    def room(self, ministry: Body, number: int, page: Page) -> str:
        """A meeting room of a ministry."""
        iri = f"place:{ministry.short}-room-{number}"
        if iri not in self.rooms:
            self.rooms.add(iri)
            record = Record("room", iri, "places").say("a", "schema:MeetingRoom")
            named(record, (f"Meeting room {number}", f"ห้องประชุม {number}"), page, printed=1)
            record.say("schema:floorLevel", text(str(number + 1)))
            self.emit(record.say("schema:containedInPlace", f"place:{ministry.short}"))
        return iri

    def office(self, page: Page) -> Body:
        """The directorate of an international organisation that experts now come from."""
        if self.directorate is None or self.directorate.people >= PEOPLE_OF_A_DIRECTORATE:
            self.directorates += 1
            number = self.directorates
            topic = names.TOPICS[number % len(names.TOPICS)]
            above = f"organisation:io-{(number + 3) // 4}"
            if number % 4 == 1:
                record = Record("organisation", above, "organisations")
                name = (f"World Forum {number} on Government", f"เวทีโลกที่ {number} ว่าด้วยภาครัฐ")
                named(record.say("a", "org:FormalOrganization"), name, page)
                self.link(record, page)
                self.emit(record)
            record = Record("unit", f"organisation:directorate-{number}", "organisations")
            name = (f"Directorate {number} for {topic[0]}", f"สำนักที่ {number} ด้าน{topic[1]}")
            named(record.say("a", "org:OrganizationalUnit"), name, page)
            record.say("org:unitOf", above).say("org:classification", "orgtype:directorate")
            self.emit(record)
            self.directorate = Body(record.subject, f"directorate-{number}")
        return self.directorate

    @property
    def organiser(self) -> str:
        """The international organisation that organises with the host."""
        return f"organisation:io-{(max(self.directorates, 1) + 3) // 4}"

    def post(self, body: Body, title: int, page: Page) -> str:
        """A post in a body."""
        name = names.TITLES[title]
        iri = f"post:{body.short}-{names.slug(name[0])}"
        if iri not in body.posts:
            body.posts.add(iri)
            record = Record("post", iri, "posts", context=body.iri).say("a", "org:Post")
            named(record, name, page, printed=title % 2).say("org:postIn", body.iri)
            if title in _ACTING:
                record.say("rg:tenure", "tenure:acting")
            if title == len(names.TITLES) - 1:
                record.say("dcterms:isReplacedBy", self.post(body, title - 1, page))
            self.emit(record)
        return iri

    def person(self, group: int, body: Body, page: Page, rng: Random) -> str:
        """Someone new, of that body."""
        family = self.families[group]
        self.families[group] += 1
        name = names.person(group, family)
        record = Record("person", f"person:{names.slug(name[0])}", "people", context=body.iri)
        record.say("a", "foaf:Person")
        named(record, name, page, printed=0 if group else 1)
        title = rng.choice(('"Mr."@en', '"Ms."@en') if group else ('"นาย"@th', '"นาง"@th'))
        record.say("foaf:title", title)
        if rng.random() < 0.1:  # noqa: PLR2004 - one in ten
            record.say("skos:altLabel", text(name[0].split()[0], "en"))
        self.emit(record)
        return record.subject

    def expert(self, page: Page, rng: Random) -> tuple[str, str]:
        """An expert and the post they come with: an old acquaintance, or someone new."""
        if len(self.experts) > 20 and rng.random() < 0.4:  # noqa: PLR2004
            return rng.choice(self.experts)
        if rng.random() < 0.7:  # noqa: PLR2004 - most experts come from a directorate
            body, group = self.office(page), DIRECTORATES
            body.people += 1
        else:
            number = rng.randrange(COUNTRIES)
            body, group = self.ministry(number, rng.randrange(6, 12), page), GUESTS
        title = rng.randrange(4, len(names.TITLES))
        found = self.person(group, body, page, rng), self.post(body, title, page)
        self.experts.append(found)
        return found
