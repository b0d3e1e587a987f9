"""How long it takes to find a name, beside what else one would use. Two processes at most.

    python benchmarks/search.py --names 10000,100000

Made-up names of Thai offices and people, in Thai and English, the same for the same number. Each
index is asked the same questions: names, parts of names, one or two letters, names with one slip,
names in the other script's sound, nothing. Times are of one answer of at most 100 things, in
milliseconds: half of the answers took no longer than p50, 95 of 100 no longer than p95. ``right``
says how often the thing that the question was made from is among them, and is what a quick index
without slips pays with.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import tantivy
from rapidfuzz import fuzz, process

from reviewgraph.release.search.forms import form, words
from reviewgraph.release.search.looking import MOST, Index
from reviewgraph.release.search.names import Name, Named
from reviewgraph.release.search.writing import write

GIVEN = [
    "สมชาย:Somchai",
    "วิชัย:Wichai",
    "มาลี:Mali",
    "สุดา:Suda",
    "ประเสริฐ:Prasoet",
    "อรุณ:Arun",
    "กมล:Kamon",
    "ปรีชา:Pricha",
    "สมหญิง:Somying",
    "ธนา:Thana",
    "วรรณา:Wanna",
    "ชลธิชา:Chonthicha",
    "นภา:Napha",
    "พงศ์:Phong",
    "ศิริ:Siri",
    "จินดา:Chinda",
    "บุญมี:Bunmi",
    "ดารา:Dara",
    "ภาณุ:Phanu",
    "รัตนา:Rattana",
]
SECOND = [
    "ทอง:thong",
    "ศรี:si",
    "ใจ:chai",
    "สุข:suk",
    "เจริญ:charoen",
    "วงศ์:wong",
    "พันธ์:phan",
    "กุล:kun",
    "รักษ์:rak",
    "ชัย:chai",
    "ดี:di",
    "งาม:ngam",
    "มั่น:man",
    "คง:khong",
    "บุญ:bun",
    "แก้ว:kaeo",
    "เพชร:phet",
    "ไพร:phrai",
]
OFFICE = [
    "สำนักงาน:Office",
    "กรม:Department",
    "กอง:Division",
    "ศูนย์:Centre",
    "สถาบัน:Institute",
    "คณะกรรมการ:Committee",
]
FIELD = [
    "พัฒนา:Development",
    "ระบบ:System",
    "ข้อมูล:Data",
    "ดิจิทัล:Digital",
    "สาธารณสุข:Health",
    "ศึกษา:Education",
    "การคลัง:Finance",
    "เกษตร:Agriculture",
    "สิ่งแวดล้อม:Environment",
    "แรงงาน:Labour",
    "ขนส่ง:Transport",
    "วัฒนธรรม:Culture",
    "พลังงาน:Energy",
    "ท่องเที่ยว:Tourism",
    "นวัตกรรม:Innovation",
    "กฎหมาย:Law",
]
QUESTIONS = 300
Ask = Callable[[str], list[str]]


def main() -> None:
    """Make names, ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", default="100000", help="how many, with commas")
    for count in map(int, parser.parse_args().names.split(",")):
        things = list(made(count // 2))
        asked = questions(things)
        print(f"\n{count:,} names of {len(things):,} things\n")
        print(f"{'':22}{'kind':10}{'p50':>9}{'p95':>9}{'p99':>9}{'right':>7}")
        with tempfile.TemporaryDirectory() as folder:
            for name, make in INDEXES.items():
                began = time.perf_counter()
                ask = make(things, Path(folder))
                took = time.perf_counter() - began
                size = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())
                _tell(name, ask, asked)
                print(f"  made in {took:.1f} s, {size / 1e6:.0f} MB on disk in all")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nlargest memory of all of it: {peak:.0f} MB")


def made(count: int) -> Iterator[Named]:
    """Things with a name in each language, offices with an abbreviation."""
    draw = random.Random(1)  # noqa: S311 - not a secret
    for number in range(count):
        if number % 2:
            given, *family = (draw.choice(GIVEN), draw.choice(SECOND), draw.choice(SECOND))
            thai, latin = zip(*(part.split(":") for part in (given, *family)), strict=True)
            names = [
                Name(f"{thai[0]} {thai[1]}{thai[2]}", "th"),
                Name(f"{latin[0]} {(latin[1] + latin[2]).capitalize()}", "en"),
            ]
        else:
            parts = [draw.choice(OFFICE), draw.choice(FIELD), draw.choice(FIELD)]
            thai, latin = zip(*(part.split(":") for part in parts), strict=True)
            unit = number % 997
            names = [
                Name(f"{''.join(thai)}ที่ {unit}", "th"),
                Name(f"{latin[0]} of {latin[1]} and {latin[2]} {unit}", "en"),
            ]
        yield Named(f"https://example.org/id/{number}", ("https://example.org/K",), tuple(names))


def questions(things: list[Named]) -> dict[str, list[tuple[str, str]]]:
    """Of each kind, questions with the thing they were made from."""
    draw = random.Random(2)  # noqa: S311 - not a secret
    asked: dict[str, list[tuple[str, str]]] = {}
    for _ in range(QUESTIONS):
        thing = draw.choice(things)
        name = draw.choice(thing.names).text
        start = draw.randrange(max(1, len(name) - 6))
        at = draw.randrange(1, len(name) - 2)
        for kind, question in (
            ("whole", name),
            ("part", name[start : start + 6]),
            ("typing", name[: draw.randrange(1, 8)]),
            ("short", name[start : start + draw.choice((1, 2))]),
            ("slip", name[:at] + name[at + 1] + name[at] + name[at + 2 :]),
            ("lost", name[:at] + name[at + 1 :]),
            ("nothing", "".join(draw.choice("qxzฆฑฒ") for _ in range(8))),
        ):
            asked.setdefault(kind, []).append((question, thing.iri))
    return asked


def _tell(name: str, ask: Ask, asked: dict[str, list[tuple[str, str]]]) -> None:
    every: list[float] = []
    for kind, pairs in asked.items():
        times, right = [], 0
        for question, iri in pairs:
            began = time.perf_counter()
            found = ask(question)
            times.append((time.perf_counter() - began) * 1e3)
            right += iri in found
        every += times
        told = f"{right / len(pairs):.2f}" if kind in {"whole", "slip", "lost"} else ""
        print(f"{name:22}{kind:10}{_quantiles(times)}{told:>7}", flush=True)
    print(f"{name:22}{'all':10}{_quantiles(every)}")


def _quantiles(times: list[float]) -> str:
    ordered = sorted(times)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.95, 0.99)]
    return "".join(f"{value:9.2f}" for value in at)


def own(things: list[Named], folder: Path) -> Ask:
    """The index of a release."""
    path = folder / "search.sqlite"
    write(path, things, lambda _iri: 0)
    index = Index(path)
    index.find("warmer")
    return lambda question: [each.thing.iri for each in index.find(question)]


def scan(things: list[Named], _folder: Path) -> Ask:
    """Every name is looked at."""
    forms = [(thing.iri, [form(name.text) for name in thing.names]) for thing in things]

    def ask(question: str) -> list[str]:
        asked = words(question)
        found = []
        for iri, names in forms:
            if all(any(word in name for name in names) for word in asked):
                found.append(iri)
                if len(found) == MOST:
                    break
        return found

    return ask


def fuzzy(things: list[Named], _folder: Path) -> Ask:
    """Every name is compared, by rapidfuzz: the best part of it, with slips."""
    names = [(thing.iri, form(name.text)) for thing in things for name in thing.names]
    texts = [text for _, text in names]

    def ask(question: str) -> list[str]:
        best = process.extract(
            form(question), texts, scorer=fuzz.partial_ratio, limit=MOST, score_cutoff=80
        )
        return [names[place][0] for _, _, place in best]

    return ask


def engine(things: list[Named], folder: Path) -> Ask:
    """Tantivy with grams of two and three characters, all of a question's in a name."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("iri", stored=True, tokenizer_name="raw")
    schema.add_text_field("name", tokenizer_name="grams")
    (folder / "tantivy").mkdir()
    index = tantivy.Index(schema.build(), path=str(folder / "tantivy"))
    grams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 3, prefix_only=False)).build()
    index.register_tokenizer("grams", grams)
    writer = index.writer()
    for thing in things:
        names = [form(name.text) for name in thing.names]
        writer.add_document(tantivy.Document(iri=thing.iri, name=names))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(question: str) -> list[str]:
        terms = {
            text[at : at + size]
            for text in words(question)
            for size in (2, 3)
            for at in range(len(text) - size + 1)
        }
        if not terms:
            return []
        every = [
            (tantivy.Occur.Must, tantivy.Query.term_query(index.schema, "name", term))
            for term in terms
        ]
        hits = searcher.search(tantivy.Query.boolean_query(every), MOST).hits
        return [searcher.doc(address)["iri"][0] for _, address in hits]

    return ask


INDEXES = {
    "search.sqlite": own,
    "looking at all": scan,
    "tantivy, grams": engine,
    "rapidfuzz": fuzzy,
}


if __name__ == "__main__":
    main()
