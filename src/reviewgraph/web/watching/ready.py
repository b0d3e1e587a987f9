"""Whether requests may be sent here: a release is served, workers are up, its store answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from reviewgraph.errors import ReviewgraphError
from reviewgraph.store.pools import Pool
from reviewgraph.web.site import Site

SECONDS: Final = 5.0


async def readiness(site: Site, pools: Sequence[Pool]) -> tuple[bool, dict[str, Any]]:
    """Whether it is so, and what there is."""
    workers = [len(pool.pids) for pool in pools]
    store = "ok"
    try:
        async with asyncio.timeout(SECONDS):
            await asyncio.to_thread(site.store.check)
    except TimeoutError:
        store = "late"
    except (ReviewgraphError, OSError):
        store = "does not answer"
    ready = all(workers) and store == "ok"
    return ready, {
        "status": "ready" if ready else "not ready",
        "release": site.release.name,
        "workers": sum(workers),
        "store": store,
    }
