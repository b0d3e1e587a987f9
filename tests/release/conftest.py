"""What the tests of descriptions share: both publications as they describe themselves."""

import pytest

from reviewgraph.publication.folder import load
from reviewgraph.release.about import About, about
from reviewgraph.release.build import dataset
from reviewgraph.store.embedded import EmbeddedStore


@pytest.fixture(params=["own", "museum"])
def release(request):
    """Each release in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def described():
    """Reads what the publication in a folder says of its dataset."""

    def read(folder) -> About:
        publication = load(folder)
        return about(publication.catalog, EmbeddedStore.in_memory(dataset(publication)))

    return read


@pytest.fixture(scope="session")
def own_about(repo, described) -> About:
    return described(repo)


@pytest.fixture(scope="session")
def museum_about(museum_folder, described) -> About:
    return described(museum_folder)
