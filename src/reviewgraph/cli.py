"""The command line: every command in one short file; the work is done elsewhere.

Exit codes: 0 done, 1 the gate found results at or above ``--fail-on``, 2 could not judge or do.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewgraph import __version__
from reviewgraph.command import telling
from reviewgraph.command.options import (
    DiffFormat,
    DraftsOption,
    FailOn,
    Folder,
    Lang,
    LangOption,
    LogFormat,
    MemoryOption,
    OutOption,
    ReportFormat,
    SecondsOption,
    ShownSourcesOption,
    SourcesOption,
    StoreMode,
)
from reviewgraph.errors import Words

if TYPE_CHECKING:
    from reviewgraph.gate.bounded import Limits
    from reviewgraph.store.answer import Answer

app = typer.Typer(
    name="reviewgraph",
    help="From a git folder of ontology, data and shapes to a validated linked-data site.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="[FORMAT=]FILE",
            help="Write the report to a file too, in the format of its extension. Repeatable.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Results known from this file pass.")
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option("--write-baseline", help="Write the results found, to be a baseline."),
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(
            "--changed-since",
            metavar="REV",
            help="Results that this git revision had too are known, and pass.",
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Judge again after every edit, until stopped.")
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Tell on stderr what each phase and rule took.")
    ] = False,
    store: Annotated[
        str,
        typer.Option(
            "--store",
            metavar="URL",
            help="Judge the data that lie in a SPARQL engine, which takes queries here.",
        ),
    ] = "",
    graph: Annotated[
        list[str] | None,
        typer.Option(
            "--graph",
            metavar="IRI",
            help="A graph there; without any the release in force. Repeatable.",
        ),
    ] = None,
    sources: SourcesOption = None,
    drafts: DraftsOption = False,
    limit_seconds: SecondsOption = 60.0,
    limit_memory: MemoryOption = 4096,
    lang: LangOption = Lang.both,
) -> None:
    """The gate alone: vocabulary, SHACL, competency questions, evidence."""
    from reviewgraph.command import validate as command
    from reviewgraph.gate.report import Severity

    request = command.Request(
        folder=folder,
        format=format_.value,
        fail_on=Severity[fail_on.name.upper()],
        output=tuple(output or ()),
        baseline=baseline,
        write_baseline=write_baseline,
        changed_since=changed_since,
        sources=sources,
        drafts=drafts,
        lang=lang.value,
        colour=coloured(),
        store=store,
        graphs=tuple(graph or ()),
    )

    def show(answer: command.Answer) -> None:
        typer.echo(answer.text, nl=False)
        if profile:
            typer.echo(telling.costs(answer.seconds), err=True, nl=False)

    with telling.errors(lang.value):
        limits = limits_of(limit_seconds, limit_memory)
        if watch:
            command.watch(request, limits, show)
        with telling.progress(lang.value) as progress:
            answer = command.validate(request, limits, progress)
        show(answer)
        if answer.refused is not None:
            raise answer.refused
        raise typer.Exit(answer.exit_code)


@app.command(epilog="Example: reviewgraph build . --out /srv/reviewgraph")
def build(
    folder: Folder = Path(),
    out: OutOption = None,
    sources: SourcesOption = None,
    drafts: DraftsOption = False,
    limit_seconds: SecondsOption = 60.0,
    limit_memory: MemoryOption = 4096,
    lang: LangOption = Lang.both,
) -> None:
    """The gate, then a release; a folder that does not pass leaves the last release in force."""
    from reviewgraph.command.build import build as command

    with telling.errors(lang.value):
        limits = limits_of(limit_seconds, limit_memory)
        with telling.progress(lang.value) as progress:
            answer = command(folder, out, sources, lang.value, limits, progress, drafts=drafts)
        if answer.release is None:
            typer.echo(answer.report, err=True)
            words = Words(
                "ข้อมูลไม่ผ่านด่านตรวจ จึงไม่สร้างรุ่นใหม่ รุ่นเดิมยังใช้งานอยู่",
                "the publication did not pass the gate: no release was built, the last one stays",
            )
            telling.say(words, lang.value)
            raise typer.Exit(answer.exit_code)
        if answer.on_drafts is not None:
            telling.say(answer.on_drafts, lang.value)
        typer.echo(str(answer.release))


@app.command(epilog="Example: reviewgraph serve . --port 8000")
def serve(
    place: Annotated[
        str,
        typer.Argument(
            metavar="DIR|RELEASE|ARCHIVE",
            help="The publication folder, a release, or the file or URL of a packed one.",
            show_default=".",
        ),
    ] = ".",
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
    store_mode: Annotated[
        StoreMode,
        typer.Option(
            "--store-mode",
            envvar="REVIEWGRAPH_STORE_MODE",
            help="Where queries are answered from; auto: memory, if the data take less than half "
            "of what is free.",
        ),
    ] = StoreMode.auto,
    store: Annotated[
        str,
        typer.Option(
            "--store",
            envvar="REVIEWGRAPH_STORE",
            metavar="URL",
            help="Where a SPARQL engine takes queries that the release was loaded into; "
            "the statements are asked for there.",
        ),
    ] = "",
    strict: Annotated[
        int,
        typer.Option(
            "--strict",
            envvar="REVIEWGRAPH_STRICT",
            min=0,
            metavar="BYTES",
            help="Hold an answer back until it is whole or so large, so that a smaller one is "
            "all or nothing.",
        ),
    ] = 0,
    slow: Annotated[
        float,
        typer.Option(
            "--slow-query",
            envvar="REVIEWGRAPH_SLOW_QUERY",
            min=0,
            metavar="SECONDS",
            help="Log queries that take so long, without their literals.",
        ),
    ] = 1.0,
    log_literals: Annotated[
        bool,
        typer.Option(
            "--log-literals",
            envvar="REVIEWGRAPH_LOG_LITERALS",
            help="Log slow queries as they are.",
        ),
    ] = False,
    client_seconds: Annotated[
        float,
        typer.Option(
            "--client-seconds",
            envvar="REVIEWGRAPH_CLIENT_SECONDS",
            min=0,
            metavar="SECONDS",
            help="What the queries of one client may take in a minute; 0 for no limit.",
        ),
    ] = 60.0,
    log_format: Annotated[
        LogFormat,
        typer.Option(
            "--log-format",
            envvar="REVIEWGRAPH_LOG_FORMAT",
            help="Lines for people, or a JSON object each.",
        ),
    ] = LogFormat.text,
    access_log: Annotated[
        bool,
        typer.Option(
            "--access-log",
            envvar="REVIEWGRAPH_ACCESS_LOG",
            help="A line for each request, without who asked and what for.",
        ),
    ] = False,
    metrics: Annotated[
        bool,
        typer.Option(
            "--metrics/--no-metrics",
            envvar="REVIEWGRAPH_METRICS",
            help="Answer /metrics, for Prometheus.",
        ),
    ] = True,
    sha256: Annotated[
        str,
        typer.Option(
            "--sha256",
            envvar="REVIEWGRAPH_SHA256",
            metavar="HEX",
            help="The digest of the archive; a file may have it beside itself.",
        ),
    ] = "",
    out: OutOption = None,
    sources: ShownSourcesOption = None,
    drafts: DraftsOption = False,
    lang: LangOption = Lang.both,
) -> None:
    """Build if needed, then serve pages, Turtle, SPARQL and dumps."""
    from reviewgraph.command.serve import backend_of, output_of, release_at
    from reviewgraph.store.limits import Limits
    from reviewgraph.web.app import applications
    from reviewgraph.web.changeover import Changeover
    from reviewgraph.web.server import listen, log_to_stderr, run
    from reviewgraph.web.sparql.budget import Budget
    from reviewgraph.web.sparql.log import QueryLog
    from reviewgraph.web.watching.middleware import Watch

    with telling.errors(lang.value):
        listener = listen(host, port)
        release = release_at(place, sha256, out, lang.value, drafts=drafts)
        shown = f"[{host}]" if ":" in host else host
        typer.echo(f"เปิดดูที่ / open  http://{shown}:{port}/", err=True)
        limits = Limits(workers=workers, seconds=timeout, strict_bytes=strict)
        log = QueryLog(slow, literals=log_literals)
        backend = backend_of(store, store_mode.value)
        watch = Watch(access_log=access_log, public_metrics=metrics)
        log_to_stderr(as_json=log_format is LogFormat.json)

        budget = Budget(client_seconds)

        def finished(answer: Answer) -> None:
            watch.query(answer)
            log(answer)
            budget.spend(answer.client, answer.seconds)

        make = applications(limits, backend, finished, sources, budget)
        run(Changeover(make, release, output_of(release)), listener, watch)


@app.command(epilog="Example: reviewgraph query . -e 'SELECT * { ?s ?p ?o } LIMIT 5'")
def query(
    places: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="DIR|RELEASE|FILE.rq",
            help="What is asked, and a file with the query.",
            show_default=".",
        ),
    ] = None,
    text: Annotated[str, typer.Option("-e", metavar="TEXT", help="The query.")] = "",
    question: Annotated[
        str, typer.Option("--question", metavar="NAME", help="A competency question's query.")
    ] = "",
    format_: Annotated[
        str,
        typer.Option(
            "--format", help="As the endpoint names it.", show_default="csv, ttl for graphs"
        ),
    ] = "",
    timeout: Annotated[
        float, typer.Option(envvar="REVIEWGRAPH_TIMEOUT", min=0.1, help="Seconds it may take.")
    ] = 60.0,
    lang: LangOption = Lang.both,
) -> None:
    """Build if needed, then answer a query from the release."""
    from reviewgraph.command.query import query as command
    from reviewgraph.command.query import text_of
    from reviewgraph.command.serve import release_of

    given = list(places or ())
    files = [each for each in given if each.suffix == ".rq" and not each.is_dir()]
    folders = [each for each in given if each not in files]
    with telling.errors(lang.value):
        if len(files) > 1 or len(folders) > 1:
            raise typer.BadParameter("DIR|RELEASE FILE.rq")
        release = release_of(folders[0] if folders else Path(), None, lang.value)
        asked = text_of(release, files[0] if files else None, text, question)
        command(release, asked, format_, timeout, sys.stdout.buffer.write)
        sys.stdout.buffer.flush()


@app.command(epilog="Example: reviewgraph export . --out public/")
def export(
    folder: Annotated[
        Path, typer.Argument(help="The publication folder, or a release.", show_default=".")
    ] = Path(),
    out: Annotated[
        Path,
        typer.Option("--out", help="Folder for the files: new, empty, or of an earlier export."),
    ] = Path("site"),
    sources: ShownSourcesOption = None,
    lang: LangOption = Lang.both,
) -> None:
    """Build if needed, then write the whole site as files for a host of static files."""
    from reviewgraph.command.export import export as command

    with telling.errors(lang.value):
        done, left_out = command(folder, out, lang.value, sources)
        for words in left_out:
            telling.say(words, lang.value)
        telling.say(done, lang.value)


@app.command(epilog="Example: reviewgraph pack . --out release.tar.gz")
def pack(
    folder: Annotated[
        Path, typer.Argument(help="The publication folder, or a release.", show_default=".")
    ] = Path(),
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="The archive; its digest is written beside it."),
    ] = Path("release.tar.gz"),
    lang: LangOption = Lang.both,
) -> None:
    """Build if needed, then pack the release into one file, for servers elsewhere."""
    from reviewgraph.command.serve import release_of
    from reviewgraph.publish.packing import pack as command

    with telling.errors(lang.value):
        digest = command(release_of(folder, None, lang.value), out)
        typer.echo(f"{digest}  {out}")


@app.command(epilog="Example: reviewgraph load . --to http://127.0.0.1:7878/query")
def load(
    folder: Annotated[
        Path, typer.Argument(help="The publication folder, or a release.", show_default=".")
    ] = Path(),
    to: Annotated[
        str, typer.Option("--to", help="Where the engine takes queries.", metavar="URL")
    ] = "",
    update: Annotated[
        str | None,
        typer.Option(
            "--update",
            help="Where it takes updates; beside /query it is /update, otherwise the same.",
            metavar="URL",
        ),
    ] = None,
    batch: Annotated[
        int, typer.Option("--batch", min=1, max=100_000, help="Statements in one update.")
    ] = 1_000,
    lang: LangOption = Lang.both,
) -> None:
    """Build if needed, put the release into a SPARQL 1.1 engine, and put it in force there."""
    from reviewgraph.command.load import load as command

    if not to:
        raise typer.BadParameter("--to URL")
    with telling.errors(lang.value):
        with telling.progress(lang.value) as progress:
            done = command(folder, to, update, lang.value, batch, progress)
        telling.say(done, lang.value)


@app.command(epilog="Example: reviewgraph diff main . --format markdown")
def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help="A release, a publication, a release's name, or a git revision (REV, REV:FOLDER).",
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Likewise.", show_default=".")] = ".",
    format_: Annotated[
        DiffFormat, typer.Option("--format", help="How to print.")
    ] = DiffFormat.text,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 if anything changed.")
    ] = False,
    limit_seconds: SecondsOption = 60.0,
    limit_memory: MemoryOption = 4096,
    lang: LangOption = Lang.both,
) -> None:
    """What changed in the data, statement by statement, entity by entity."""
    from reviewgraph.command.diff import diff as command

    langs = ["th", "en"] if lang is Lang.both else [lang.value]
    with telling.errors(lang.value):
        limits = limits_of(limit_seconds, limit_memory)
        with telling.progress(lang.value) as progress:
            written, changed = command(
                old, new, format_.value, langs, limits, progress, colour=coloured()
            )
        typer.echo(written, nl=False)
        raise typer.Exit(1 if exit_code and changed else 0)


@app.command(epilog="Example: reviewgraph fmt . --check")
def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="DIR|FILE",
            help="Publication folders and Turtle files; - is stdin to stdout.",
            show_default=".",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 if a file would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show the beginning of each change.")
    ] = False,
    lang: LangOption = Lang.both,
) -> None:
    """Put Turtle files into their one layout, with their comments."""
    from reviewgraph.command import fmt as command
    from reviewgraph.gate.bounded import Limits

    dry = check or diff
    with telling.errors(lang.value):
        if paths == [Path("-")]:
            raise typer.Exit(command.lay_out_stdin(Limits(), dry=dry))
        request = command.Request(tuple(paths or [Path()]), dry=dry, diff=diff)
        code = command.lay_out(
            request, Limits(), typer.echo, lambda words: telling.say(words, lang.value)
        )
        raise typer.Exit(code)


@app.command(epilog="Example: reviewgraph rule unknown-term")
def rule(
    name: Annotated[
        str, typer.Argument(help="A rule's short name or IRI; without it all are listed.")
    ] = "",
    folder: Folder = Path(),
    lang: LangOption = Lang.both,
) -> None:
    """What a rule demands, why, and what keeps and breaks it."""
    from reviewgraph.command.rule import rule as command
    from reviewgraph.gate.bounded import Limits

    with telling.errors(lang.value):
        typer.echo(command(name, folder, lang.value, Limits()), nl=False)


def limits_of(seconds: float, megabytes: int) -> Limits:
    """What reading and judging a folder may use."""
    from reviewgraph.gate.bounded import Limits

    return Limits(seconds=seconds, memory=megabytes * 1024**2)


def coloured() -> bool:
    """Whether a terminal shows the output and nobody minds colours (https://no-color.org)."""
    unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not unwanted


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
