"""The command line: every command in one short file; the work is done elsewhere.

Exit codes: 0 done, 1 the gate found results at or above ``--fail-on``, 2 could not judge or do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from reviewgraph import __version__
from reviewgraph.errors import ReviewgraphError, SourceSyntaxError

app = typer.Typer(
    name="reviewgraph",
    help="From a git folder of ontology, data and shapes to a validated linked-data site.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Lang(StrEnum):
    """Languages of messages."""

    th = "th"
    en = "en"
    both = "both"


class ReportFormat(StrEnum):
    """Formats of the gate's report."""

    text = "text"
    json = "json"


class FailOn(StrEnum):
    """From which severity on results make the gate fail."""

    violation = "violation"
    warning = "warning"
    info = "info"


Folder = Annotated[Path, typer.Argument(help="The publication folder.", show_default=".")]
LangOption = Annotated[
    Lang, typer.Option("--lang", envvar="REVIEWGRAPH_LANG", help="Language of messages.")
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        envvar="REVIEWGRAPH_OUT",
        help="Folder for releases.",
        show_default="DIR/.reviewgraph",
    ),
]
SourcesOption = Annotated[
    Path | None,
    typer.Option(
        "--sources",
        envvar="REVIEWGRAPH_SOURCES",
        help="Folder with the texts that evidence points into; spans are compared with them.",
    ),
]


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """From a git folder of ontology, data and shapes to a validated linked-data site."""
    if show:
        typer.echo(f"reviewgraph {__version__}")
        raise typer.Exit


@app.command(epilog="Example: reviewgraph validate . --sources texts/ --fail-on warning")
def validate(
    folder: Folder = Path(),
    format_: Annotated[
        ReportFormat, typer.Option("--format", help="How to print.")
    ] = ReportFormat.text,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Results from this severity on exit with 1.")
    ] = FailOn.violation,
    sources: SourcesOption = None,
    lang: LangOption = Lang.both,
) -> None:
    """The gate alone: vocabulary, SHACL, competency questions, evidence."""
    from reviewgraph.gate import formats
    from reviewgraph.gate.judge import judge
    from reviewgraph.gate.report import Severity
    from reviewgraph.publication.folder import load
    from reviewgraph.store.isolation import deny_sockets

    deny_sockets()  # nothing that a contribution says can call out
    with told(lang):
        publication = load(folder)
        report = judge(publication, sources=sources, progress=phases())
        if format_ is ReportFormat.json:
            typer.echo(formats.as_json(report), nl=False)
        else:
            typer.echo(formats.as_text(report, lang.value, publication), nl=False)
        raise typer.Exit(report.exit_code(Severity[fail_on.name.upper()]))


@app.command(epilog="Example: reviewgraph build . --out /srv/reviewgraph")
def build(
    folder: Folder = Path(),
    out: OutOption = None,
    sources: SourcesOption = None,
    lang: LangOption = Lang.both,
) -> None:
    """The gate, then a release; a folder that does not pass leaves the last release in force."""
    from reviewgraph.store.isolation import deny_sockets

    deny_sockets()  # nothing that a contribution says can call out
    with told(lang):
        release = _build(folder, out, sources, lang)
        typer.echo(str(release))


@app.command(epilog="Example: reviewgraph serve . --port 8000")
def serve(
    folder: Annotated[
        Path, typer.Argument(help="The publication folder, or a release.", show_default=".")
    ] = Path(),
    host: Annotated[
        str, typer.Option(envvar="REVIEWGRAPH_HOST", help="Address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="REVIEWGRAPH_PORT", help="Port to listen on.")] = 8000,
    workers: Annotated[
        int, typer.Option(envvar="REVIEWGRAPH_WORKERS", min=1, help="Processes for SPARQL queries.")
    ] = 2,
    timeout: Annotated[
        float,
        typer.Option(
            envvar="REVIEWGRAPH_TIMEOUT", min=0.1, help="Seconds a SPARQL query may take."
        ),
    ] = 10.0,
    out: OutOption = None,
    lang: LangOption = Lang.both,
) -> None:
    """Build if needed, then serve pages, Turtle, SPARQL and dumps."""
    from reviewgraph.release.manifest import MANIFEST, open_release
    from reviewgraph.store.pool import Limits
    from reviewgraph.web.app import create_app
    from reviewgraph.web.server import listen, run

    with told(lang):
        listener = listen(host, port)
        is_release = (folder / MANIFEST).is_file() or (folder / "current" / MANIFEST).is_file()
        path = folder if is_release else _built(folder, out, lang)
        release = open_release(path)
        typer.echo(f"เปิดดูที่ / open  http://{_shown(host)}:{port}/", err=True)
        run(create_app(release, Limits(workers=workers, seconds=timeout)), listener)


def _built(folder: Path, out: Path | None, lang: Lang) -> Path:
    """Build in a process of its own, which can be kept from the network, and wait for it."""
    command = [sys.executable, "-m", "reviewgraph", "build", str(folder), "--lang", lang.value]
    done = subprocess.run(  # noqa: S603 - our own program, no shell
        [*command, "--out", str(out)] if out else command,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise typer.Exit(done.returncode)
    return Path(done.stdout.rstrip("\n"))


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _build(folder: Path, out: Path | None, sources: Path | None, lang: Lang) -> Path:
    """Gate and build; the results go to stderr when the gate does not pass."""
    from reviewgraph.gate import formats
    from reviewgraph.gate.judge import judge
    from reviewgraph.publication.folder import load
    from reviewgraph.release.build import build as build_release
    from reviewgraph.release.build import default_output

    progress = phases()
    publication = load(folder)
    report = judge(publication, sources=sources, progress=progress)
    target = out or default_output(publication.root)
    if report.exit_code():
        typer.echo(formats.as_text(report, lang.value, publication), err=True)
        fail(
            "ข้อมูลไม่ผ่านด่านตรวจ จึงไม่สร้างรุ่นใหม่ รุ่นเดิมยังใช้งานอยู่",
            "the publication did not pass the gate: no release was built, the last one stays",
            lang,
            report.exit_code(),
        )
    return build_release(publication, report, target, progress=progress).path


def phases() -> Callable[[str], None]:
    """Tell each phase when a terminal watches; say nothing otherwise."""
    if not sys.stderr.isatty():
        return lambda _phase: None
    return lambda phase: typer.echo(f"… {phase}", err=True)


@contextmanager
def told(lang: Lang) -> Iterator[None]:
    """Turn our errors into words on stderr and exit code 2: no traceback reaches a user."""
    try:
        yield
    except SourceSyntaxError as error:
        fail(f"{error.place}: {error.words.th}", f"{error.place}: {error.words.en}", lang)
    except ReviewgraphError as error:
        fail(error.words.th, error.words.en, lang)
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(2) from None


def fail(th: str, en: str, lang: Lang, code: int = 2) -> NoReturn:
    """Say why on stderr and stop."""
    for word, wanted in ((th, "th"), (en, "en")):
        if lang.value in {wanted, "both"}:
            typer.echo(f"reviewgraph: {word}", err=True)
    raise typer.Exit(code)


def main() -> None:
    """Run the command line; an error of our own making is told in a line, not a traceback."""
    try:
        app()
    except Exception as error:
        if os.environ.get("REVIEWGRAPH_DEBUG"):
            raise
        typer.echo(
            f"reviewgraph: ข้อผิดพลาดภายใน: {error!r}\n"
            f"reviewgraph: internal error: {error!r}; REVIEWGRAPH_DEBUG=1 shows where",
            err=True,
        )
        sys.exit(2)
