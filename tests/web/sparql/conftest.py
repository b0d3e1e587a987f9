"""An endpoint over a real socket, asked by a real client: how it ends is part of what it says."""

import contextlib

import pytest
from fastapi import FastAPI

from reviewgraph.rdf.terms import IRI, Literal, Quad
from reviewgraph.release.manifest import Release
from reviewgraph.store.embedded import EmbeddedStore
from reviewgraph.store.limits import Limits
from reviewgraph.store.pool import WorkerPool
from reviewgraph.store.process import Template
from reviewgraph.web import problems
from reviewgraph.web.envelope import Envelope
from reviewgraph.web.sparql.endpoint import Endpoint, sparql_router
from reviewgraph.web.sparql.plan import Planner
from reviewgraph.web.sparql.source import source_of

BASE = "https://data.example.org/"


@pytest.fixture(scope="session")
def release_over(tmp_path_factory):
    """Makes a release of quads, with nothing in it but a store."""

    def make(quads, base=BASE):
        path = tmp_path_factory.mktemp("release")
        EmbeddedStore.create(path / "store", quads)
        graphs = {}
        for quad in quads:
            graphs[quad.graph_name.value] = graphs.get(quad.graph_name.value, 0) + 1
        return Release(
            path=path,
            name="0" * 64,
            generator="reviewgraph test",
            base=base,
            dataset=f"{base}dataset",
            titles={"en": "Test", "th": "ทดสอบ"},
            descriptions={},
            license="https://creativecommons.org/licenses/by/4.0/",
            publisher=f"{base}id/publisher",
            ontologies=(),
            prefixes={"d": base},
            label_properties=(),
            questions=(),
            graphs=graphs,
            triples=len({quad.triple for quad in quads}),
            files={},
        )

    return make


@pytest.fixture(scope="session")
def release(release_over):
    """Two triples; one of them is in two graphs."""
    return release_over(
        [
            Quad(IRI(f"{BASE}id/1"), IRI(f"{BASE}p"), Literal("one"), IRI(f"{BASE}graph/a")),
            Quad(IRI(f"{BASE}id/2"), IRI(f"{BASE}p"), Literal("two"), IRI(f"{BASE}graph/a")),
            Quad(IRI(f"{BASE}id/2"), IRI(f"{BASE}p"), Literal("two"), IRI(f"{BASE}graph/b")),
        ]
    )


@pytest.fixture(scope="session")
def endpoint():
    """Makes an application that is an endpoint and nothing else."""

    def make(release, limits, log=None):
        template = Template(source_of(release), "disk")
        pool = WorkerPool(template, limits, log)
        endpoint = Endpoint(release, pool, Planner(release))

        @contextlib.asynccontextmanager
        async def lifespan(_):
            async with template, pool:
                yield

        app = FastAPI(lifespan=lifespan)
        app.state.pool = pool
        app.state.endpoint = endpoint
        problems.install(app)
        app.add_middleware(Envelope)
        app.include_router(sparql_router(endpoint))
        return app

    return make


@pytest.fixture(scope="session")
def client(release, endpoint, serve):
    with serve(endpoint(release, Limits(seconds=60))) as client:
        yield client
