"""For nearly every rule of the shapes, one way to break it."""

from __future__ import annotations

from collections.abc import Iterable

from spoiling import Change, Fault, add, drop, drop_first, drop_last, put, text, where, without

_NOWHERE = "<https://w3id.org/reviewgraph/id/nowhere>"
_WRONG = "sector:public"  # described, and of a kind that few properties take


def _faults(kinds: str, rules: Iterable[tuple[str, Change]]) -> list[Fault]:
    return [Fault(rule, tuple(kinds.split()), change) for rule, change in rules]


def _names(rule: str, predicate: str, kinds: str) -> list[Fault]:
    """The rules that hold for names of any kind."""
    spoilt = {
        "tagged": text(predicate, "th", "{}", tag=False),
        "spaces": text(predicate, "en", "{} "),
        "invisible": text(predicate, "en", "{}\u200b"),
        "sara-am": text(predicate, "th", "{}ส\u0e4d\u0e32"),
        "sara-ae": text(predicate, "th", "เเ{}"),
        "thai-script": text(predicate, "th", "Latin"),
        "english-script": text(predicate, "en", "{} ก"),
        "look-alike": text(predicate, "en", "{} Х"),
    }
    return _faults(kinds, [(f"{rule}-{name}", change) for name, change in spoilt.items()])


def _all_names(rule: str, predicate: str, kinds: str) -> list[Fault]:
    return _names(rule, predicate, kinds) + _faults(
        kinds,
        [
            (f"{rule}-th", without(predicate, "th")),
            (f"{rule}-en", without(predicate, "en")),
            (f"{rule}-unique", add(predicate, '"Another name"@en')),
            (f"{rule}-abbreviation", text(predicate, "en", "ABC")),
        ],
    )


def _day(rule: str, predicate: str, kinds: str) -> list[Fault]:
    """The rules that hold for dates of any kind."""
    era = put(predicate, '"2562-04-01"^^xsd:date')
    month = put(predicate, '"2019-04"^^xsd:gYearMonth')
    return _faults(kinds, [(f"{rule}-era", era), (f"{rule}-date", month)])


def _required(kinds: str, rule: str, *predicates: str) -> list[Fault]:
    return _faults(kinds, [(f"{rule}-{p.partition(':')[2]}-required", drop(p)) for p in predicates])


def _kind(kinds: str, rule: str, *predicates: str, wrong: str = _WRONG) -> list[Fault]:
    """Something of the wrong kind in the place of the right."""
    return _faults(
        kinds, [(f"{rule}-{p.partition(':')[2]}-kind", put(p, wrong)) for p in predicates]
    )


def _single(kinds: str, rule: str, predicate: str, value: str) -> list[Fault]:
    return _faults(kinds, [(f"{rule}-{predicate.partition(':')[2]}-single", add(predicate, value))])


def _number(kinds: str, rule: str, *predicates: str) -> list[Fault]:
    return _faults(
        kinds, [(f"{rule}-{p.partition(':')[2]}-number", put(p, '"one"')) for p in predicates]
    )


_SOURCED = "project cooperation purpose aim person organisation unit post room"
_LABELLED = f"review session party source slip country place {_SOURCED}"
_EVIDENCED = f"{_LABELLED.replace(' source', '')} participation count"
_EXACT = "rg:bound", "exactly"
_EXPERT = "m8g:role", "role:expert"

FAULTS: tuple[Fault, ...] = (
    *_all_names("Label", "rdfs:label", _LABELLED),
    *_all_names("PrefLabel", "skos:prefLabel", "concept"),
    *_names("AltLabel", "skos:altLabel", "review organisation"),
    *_faults(_SOURCED, [("Label-printed", text("rdfs:label", "en", "Never printed"))]),
    *_required("concept", "Concept", "skos:inScheme"),
    *_kind("concept", "Concept", "skos:inScheme"),
    *_kind("concept", "Concept", "skos:broader", wrong="<https://w3id.org/reviewgraph/id/theme>"),
    *_faults("concept", [("Concept-cycle", lambda r: put("skos:broader", r.subject)(r))]),
    *_faults(
        "concept",
        [("ExactMatch-verified", put("skos:exactMatch", "<https://register.example/x>"))],
    ),
    *_day("StartDate", "schema:startDate", "review session"),
    *_day("EndDate", "schema:endDate", "review session"),
    *_day("Created", "dcterms:created", "source"),
    *_day("Issued", "dcterms:issued", "source"),
    *_day("Modified", "dcterms:modified", "source"),
    *_faults(
        "review session",
        [
            ("Event-order", put("schema:endDate", '"2004-12-31"^^xsd:date')),
            ("Event-startDate-single", add("schema:startDate", '"2004-12-30"^^xsd:date')),
            ("Event-endDate-single", add("schema:endDate", '"2026-12-30"^^xsd:date')),
            ("StartDate-digits", put("schema:startDate", '"๒๐๑๙-๐๔-๐๑"')),
            ("EndDate-digits", put("schema:endDate", '"๒๐๑๙-๐๔-๐๑"')),
        ],
    ),
    *_required("review", "Review", "schema:startDate", "schema:endDate", "schema:organizer"),
    *_kind("review", "Review", "schema:organizer", "schema:location", "dcterms:isPartOf"),
    *_kind("review", "Review", "schema:subEvent", "m8g:hasParticipation", "rg:purpose"),
    *_kind("review", "Review", "rg:statedCount"),
    *_faults(
        "review",
        [
            ("Review-chair-missing", drop_first("m8g:hasParticipation")),
            ("Review-day-count", put("schema:endDate", '"2026-06-30"^^xsd:date')),
            ("Session-review", drop_last("schema:subEvent")),
            ("Participation-event", drop_last("m8g:hasParticipation")),
        ],
    ),
    *_required("session", "Session", "schema:position"),
    *_single("session", "Session", "schema:position", "9"),
    *_number("session", "Session", "schema:position"),
    *_kind("session", "Session", "rg:theme", "rg:subTheme", "m8g:hasParticipation"),
    *_faults(
        "session",
        [
            ("Session-position-positive", put("schema:position", "0")),
            ("Session-theme-expected", drop("rg:theme")),
            ("Session-startDate-inside", put("schema:startDate", '"2004-05-05"^^xsd:date')),
            ("Session-endDate-inside", put("schema:endDate", '"2026-05-05"^^xsd:date')),
            (
                "Review-day-number",
                where("schema:position", "[2-9]", put("schema:position", "1"), of_context=True),
            ),
        ],
    ),
    *_required("participation", "Participation", "m8g:hasParticipant", "m8g:role"),
    *_kind("participation", "Participation", "m8g:hasParticipant", "m8g:role", "rg:actingAs"),
    *_single("participation", "Participation", "m8g:hasParticipant", _WRONG),
    *_single("participation", "Participation", "m8g:role", "role:interlocutor"),
    *_faults(
        "participation",
        [
            ("Participation-post-expected", where(*_EXPERT, drop("rg:actingAs"))),
            (
                "Review-chair-several",
                where(*_EXPERT, put("m8g:role", "role:chair"), of_context=True),
            ),
        ],
    ),
    *_kind("party", "UnnamedParty", "rg:sector", "rg:namedExample", wrong="role:chair"),
    *_faults("person", [("Person-honorific", text("rdfs:label", "th", "นาย{}"))]),
    *_faults("person", [("Person-honorific", text("rdfs:label", "en", "Dr. {}"))]),
    *_kind("organisation", "Organisation", "org:subOrganizationOf", "rg:country"),
    *_kind("organisation", "Organisation", "rg:sector", "org:classification", wrong="role:chair"),
    *_kind("organisation", "Organisation", "schema:location"),
    *_kind("unit", "Organisation", "org:unitOf"),
    *_faults("unit", [("Unit-unitOf-expected", drop("org:unitOf"))]),
    *_faults(
        "organisation country",
        [("SameAs-verified", put("owl:sameAs", "<https://register.example/x>"))],
    ),
    *_required("post", "Post", "org:postIn"),
    *_kind("post", "Post", "org:postIn", "rg:tenure"),
    *_faults("post", [("ReferenceReplacedBy-described", add("dcterms:isReplacedBy", _NOWHERE))]),
    *_kind("room", "MeetingRoom", "schema:containedInPlace"),
    *_faults("room", [("MeetingRoom-floor", put("schema:floorLevel", "5"))]),
    *_faults("room", [("FloorLevel-digits", put("schema:floorLevel", '"๕"'))]),
    *_required("country", "Country", "skos:notation"),
    *_faults("country", [("Country-notation-form", add("skos:notation", '"xx"'))]),
    *_faults("country", [("Notation-digits", add("skos:notation", '"๙๙๙"'))]),
    *_required("purpose", "Purpose", "schema:position"),
    *_number("purpose", "Purpose", "schema:position"),
    *_kind("purpose", "Purpose", "rg:policyAim"),
    *_required("aim", "PolicyAim", "schema:position"),
    *_number("aim", "PolicyAim", "schema:position"),
    *_faults("purpose aim session", [("Position-digits", put("schema:position", '"๑"'))]),
    *_kind("project", "Project", "dcterms:isPartOf"),
    *_required("cooperation", "Cooperation", "org:hasMember"),
    *_kind("cooperation", "Cooperation", "org:hasMember"),
    *_required("count", "StatedCount", "schema:value", "rg:bound", "rg:countOf", "rg:verbatim"),
    *_single("count", "StatedCount", "schema:value", "99"),
    *_single("count", "StatedCount", "rg:bound", "bound:at-least"),
    *_number("count", "StatedCount", "schema:value"),
    *_kind("count", "StatedCount", "rg:bound", "rg:countOf"),
    *_faults(
        "count",
        [
            ("Value-digits", put("schema:value", '"๗"')),
            (
                "StatedCount-more-than",
                where("rg:verbatim", "กว่า", put("rg:bound", "bound:exactly")),
            ),
            ("StatedCount-list", where(*_EXACT, put("schema:value", "99"))),
        ],
    ),
    *_required("slip", "Slip", "rg:verbatim", "rg:readAs", "dcterms:isPartOf"),
    *_kind("slip", "Slip", "dcterms:isPartOf"),
    *_faults("slip", [("Slip-difference", put("rg:readAs", '"ประชาสัมคม"'))]),
    *_required("source", "Source", "dcterms:publisher", "dcterms:language", "oa:end", "rg:digest"),
    *_kind("source", "Source", "dcterms:publisher", "dcterms:creator", "dcterms:language"),
    *_number("source", "Source", "oa:end"),
    *_faults("source", [("ReferenceSubject-described", put("dcterms:subject", _NOWHERE))]),
    *_faults("party", [("ReferenceRelation-described", put("dcterms:relation", _NOWHERE))]),
    *_faults("source passage", [("Digest-form", put("rg:digest", '"00ff"^^xsd:hexBinary'))]),
    *_faults("source passage", [("Digest-datatype", put("rg:digest", f'"{"0" * 64}"'))]),
    *_required("passage", "Passage", "oa:start", "oa:end", "oa:hasSource", "rg:digest"),
    *_number("passage", "Passage", "oa:start", "oa:end"),
    *_kind("passage", "Passage", "oa:hasSource"),
    *_faults(
        "passage",
        [
            ("Passage-start-minimum", put("oa:start", "-1")),
            ("Passage-order", put("oa:start", "999999")),
            ("Passage-in-source", put("oa:end", "999999")),
            ("Passage-identifier", put("oa:start", "0")),
        ],
    ),
    *_required(_EVIDENCED, "Evidenced", "rg:supportedBy"),
    *_faults(_EVIDENCED, [("SupportedBy-kind", add("rg:supportedBy", "role:chair"))]),
    *_required("claim", "Claim", "rdf:subject", "rdf:predicate", "rdf:object", "rg:certainty"),
    *_single("claim", "Claim", "rdf:subject", "role:chair"),
    *_single("claim", "Claim", "rdf:predicate", "rg:theme"),
    *_single("claim", "Claim", "rdf:object", "role:chair"),
    *_single("claim", "Claim", "rg:certainty", "certainty:ambiguous"),
    *_kind("claim", "Claim", "rdf:subject", "rdf:object", wrong=_NOWHERE),
    *_kind("claim", "Claim", "rg:certainty"),
    *_faults(
        "claim",
        [
            ("Claim-evidence", drop("rg:supportedBy")),
            (
                "Claim-stated",
                where(
                    "rg:certainty",
                    "stated",
                    where("rdf:object", '"@', put("rg:verbatim", '"Other"')),
                ),
            ),
            ("Claim-era", where("rdf:object", "date$", put("rg:verbatim", '"1 เมษายน 2500"'))),
            ("Claim-asserted", put("rdf:object", '"Never said"@en')),
            ("Verification-th", without("rg:verification", "th")),
            ("Verification-en", without("rg:verification", "en")),
        ],
    ),
    # The gate sees these without any shape.
    *_faults("person organisation", [("unknown-term", add("rdfs:labell", '"Misspelt"@en'))]),
    *_faults("person organisation", [("dangling-reference", add("rdfs:seeAlso", _NOWHERE))]),
    *_faults("purpose aim", [("value-form", put("schema:position", '"01"^^xsd:integer'))]),
)
