"""What a user is told while a command runs, and what it cost."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer

from reviewgraph.errors import ReviewgraphError, SourceSyntaxError, Words
from reviewgraph.gate.steps import Progress, Step, silent

_COSTLIEST = 30


def say(words: Words, lang: str) -> None:
    """Tell something on standard error."""
    for each in dict.fromkeys(words.get(one) for one in ("th", "en") if lang in {one, "both"}):
        typer.echo(f"reviewgraph: {each}", err=True)


@contextmanager
def errors(lang: str) -> Iterator[None]:
    """Turn our errors into words on stderr and exit code 2: no traceback reaches a user."""
    try:
        yield
    except ReviewgraphError as error:
        at = f"{error.place}: " if isinstance(error, SourceSyntaxError) else ""
        say(Words(f"{at}{error.words.th}", f"{at}{error.words.en}"), lang)
        raise typer.Exit(2) from None
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(2) from None


@contextmanager
def progress(lang: str) -> Iterator[Progress]:
    """On a terminal one line that changes; in CI a line for each phase; else nothing."""
    if sys.stderr.isatty():
        # A twentieth of a second to import, for whoever watches.
        from rich.console import Console  # noqa: PLC0415
        from rich.markup import escape  # noqa: PLC0415

        with Console(stderr=True).status("…") as status:
            yield lambda step: status.update(escape(_words(step, lang)))
    elif os.environ.get("CI"):
        yield _phases(lang)
    else:
        yield silent


def _phases(lang: str) -> Progress:
    told: set[str] = set()

    def tell(step: Step) -> None:
        if step.phase not in told:
            told.add(step.phase)
            print(f"… {_words(Step(step.phase), lang)}", file=sys.stderr, flush=True)  # noqa: T201

    return tell


def _words(step: Step, lang: str) -> str:
    return step.words.get(lang).replace("\n", " · ")


def costs(seconds: Mapping[str, float]) -> str:
    """A table of what each phase and rule took, dearest first."""
    total = sum(seconds.values()) or 1.0
    dearest = sorted(seconds.items(), key=lambda item: -item[1])
    lines = [f"{spent:9.3f} s {spent / total:6.1%}  {name}" for name, spent in dearest[:_COSTLIEST]]
    if rest := dearest[_COSTLIEST:]:
        spent = sum(spent for _name, spent in rest)
        lines.append(f"{spent:9.3f} s {spent / total:6.1%}  {len(rest)} more")
    return "\n".join(lines) + "\n"
