"""Content negotiation by RFC 9110 (media types) and RFC 4647 (languages)."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.http import parse_accept_header

HTML_TYPE = "text/html"
LANGUAGES = ("th", "en")


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that the Accept header likes best, or ``None`` if it likes none (a 406).

    Without a header, or with one in which nothing is understood, it is the first offer. Offers
    of equal quality: one that is named goes before one that only a wildcard matches, then the
    order of the offers decides.
    """
    ranges = _media_ranges(accept or "")
    if not ranges:
        return offers[0] if offers else None
    best: str | None = None
    best_rank = (0.0, -1)
    for offer in offers:
        rank = _rank(ranges, offer.partition(";")[0].strip().lower())
        if rank[0] > 0 and rank > best_rank:
            best, best_rank = offer, rank
    return best


def language(header: str | None, offers: Sequence[str] = LANGUAGES) -> str:
    """The offer that the Accept-Language header likes best, the first offer if it likes none.

    Between equal qualities the order of the header decides: that is how people write it.
    """
    wanted = [(tag.strip().lower(), q) for tag, q in parse_accept_header(header or "")]
    unwanted = {tag for tag, q in wanted if q <= 0}
    # werkzeug hands the tags over sorted by quality, wildcards last, otherwise in header order.
    for tag, _ in wanted:
        for offer in offers:
            if offer.lower() in unwanted or tag in unwanted:
                continue
            if tag == "*" or tag == offer.lower() or tag.startswith(f"{offer.lower()}-"):
                return offer
    return next((offer for offer in offers if offer.lower() not in unwanted), offers[0])


def _media_ranges(accept: str) -> dict[str, float]:
    """Each media range with its quality.

    Parameters other than ``q`` are dropped: our representations have none, and
    ``text/turtle;charset=utf-8`` asks for nothing but Turtle. A range that is given both with
    parameters and without keeps the quality of the plain one.
    """
    plain: dict[str, float] = {}
    parametric: dict[str, float] = {}
    for value, quality in parse_accept_header(accept):
        name, semicolon, _ = value.partition(";")
        name = name.strip().lower()
        if name == "*":
            name = "*/*"
        if name.count("/") != 1:
            continue
        ranges = parametric if semicolon else plain
        ranges[name] = max(quality, ranges.get(name, 0.0))
    return parametric | plain


def _rank(ranges: dict[str, float], media_type: str) -> tuple[float, int]:
    """Quality and specificity; the most specific range that matches decides (RFC 9110 12.5.1)."""
    main = media_type.partition("/")[0]
    for specificity, name in ((2, media_type), (1, f"{main}/*"), (0, "*/*")):
        if name in ranges:
            return ranges[name], specificity
    return 0.0, -1
