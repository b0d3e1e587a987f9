"""The site as files: what is in them, that nothing leads nowhere, and that it is all or nothing."""

import gzip
import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from reviewgraph.errors import ReleaseError, Words
from reviewgraph.publish import static
from reviewgraph.publish.static import MARK, export, file_of
from reviewgraph.release.history import of_release
from reviewgraph.release.manifest import open_release
from reviewgraph.web.app import create_app

OWN = {".htaccess", "nginx.conf", MARK}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_every_file_is_what_the_site_sends_for_its_address(exported, museum_out, serve):
    release = open_release(museum_out)
    assert len(exported.files) > 300
    assert not exported.left_out
    with serve(create_app(release, history=of_release(release))) as client:
        for address, file in exported.files.items():
            answer = client.get(address, headers={"Accept-Encoding": "identity"})
            assert answer.status_code in {200, 410}, address
            assert answer.content == (exported.folder / file).read_bytes(), address
    assert files(exported.folder) == {file.as_posix() for file in exported.files.values()} | OWN


def test_every_document_has_a_file_in_every_syntax_and_language(exported):
    written = files(exported.folder)
    for name in ("doc/bowl", "doc/ตะเกียง", "terms", "graph/data/artefacts", "catalog", "shapes"):
        for ending in ("html", "th.html", "en.html", "ttl", "nt", "rdf", "jsonld", "json"):
            assert f"{name}.{ending}" in written
    for name in ("index.html", "questions/where.csv", "questions/where.th.html", "dump.nq.gz"):
        assert name in written
    release = next(name for name in written if name.startswith("releases/"))
    prefix = "/".join(release.split("/")[:2])
    assert f"{prefix}/doc/bowl.ttl" in written
    assert f"{prefix}/dump.nq.gz" in written
    with gzip.open(exported.folder / prefix / "dump.nq.gz") as dump:
        assert dump.read() == (exported.folder / prefix / "dump.nq").read_bytes()


def test_no_link_of_any_page_leads_nowhere_even_on_a_host_that_knows_nothing(exported, plain_host):
    checked = set()
    for address, file in exported.files.items():
        if not address.endswith((".th.html", ".en.html")):
            continue
        text = (exported.folder / file).read_text()
        for link in re.findall(r'(?:href|src|action)="([^"#]+)', text):
            target = urljoin(address, html.unescape(link))
            if not target.startswith("/") or target in checked:
                continue
            checked.add(target)
            if urlsplit(target).path == "/sparql":  # queries need the server
                continue
            assert plain_host(target).status == 200, (address, link)
    assert len(checked) > 200


def test_the_same_release_gives_the_same_files(exported, museum_out, tmp_path):
    again = export(open_release(museum_out), tmp_path / "again")
    for file in files(exported.folder):
        assert (again.folder / file).read_bytes() == (exported.folder / file).read_bytes(), file


def test_a_folder_of_somebody_else_is_left_alone(museum, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(ReleaseError, match="holds other files"):
        export(museum, tmp_path / "mine")
    assert files(tmp_path / "mine") == {"thesis.txt"}
    with pytest.raises(ReleaseError, match="no folder"):
        export(museum, tmp_path / "mine" / "thesis.txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine"]


def test_an_earlier_export_is_replaced_as_a_whole(museum, museum_out, tmp_path):
    target = tmp_path / "site"
    export(open_release(museum_out), target)
    (target / "stale.html").write_text("old")
    export(museum, target)
    assert "stale.html" not in files(target)
    assert json.loads((target / MARK).read_text())["release"] == museum.name
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_export_that_fails_leaves_what_was_there(museum, tmp_path, monkeypatch):
    target = tmp_path / "site"
    export(museum, target)
    before = {file: (target / file).read_bytes() for file in files(target)}

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(static, "nginx", full)
    with pytest.raises(ReleaseError, match="No space left"):
        export(museum, target)
    monkeypatch.undo()
    monkeypatch.setattr(Path, "rename", _once_failing(Path.rename))
    with pytest.raises(ReleaseError, match="busy"):
        export(museum, target)
    assert {file: (target / file).read_bytes() for file in files(target)} == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def _once_failing(rename):
    calls = []

    def renamed(self, target):
        calls.append(self)
        if len(calls) == 2:
            raise OSError(16, "busy")
        return rename(self, target)

    return renamed


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/doc/x.ttl", "doc/x.ttl"),
        ("/doc/%E0%B8%81.ttl", "doc/ก.ttl"),
        ("/doc/caf%C3%A9.ttl", "doc/caf\u00e9.ttl"),
        ("/doc/cafe%CC%81.ttl", "doc/cafe\u0301.ttl"),
        ("/doc/a%2Fb.ttl", None),
        ("/doc/%2E%2E/x", None),
        ("/doc//x", None),
        ("/doc/x%00.ttl", None),
        (f"/doc/{'%E0%B8%81' * 84}.ttl", None),
    ],
)
def test_the_file_of_an_address(address, file):
    found = file_of(address)
    assert isinstance(found, Words) if file is None else found == Path(file)


def test_the_command_exports_a_publication(museum_copy, tmp_path):
    target = tmp_path / "public"
    command = [sys.executable, "-m", "reviewgraph", "export", str(museum_copy), "--lang", "en"]
    done = subprocess.run(
        [*command, "--out", str(target)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "files written to" in done.stderr
    assert (target / "doc" / "bowl.th.html").is_file()
    shutil.rmtree(target)
    target.mkdir()
    (target / "x").write_text("x")
    done = subprocess.run(
        [*command, "--out", str(target)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "holds other files" in done.stderr
    assert "Traceback" not in done.stderr
