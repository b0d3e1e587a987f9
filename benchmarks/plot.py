"""The table as a picture: requests a second as ratios to the native server's default mode."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from engines import NATIVE
from workloads import Load

mpl.use("Agg")

from matplotlib import pyplot as plt

Loads = Mapping[tuple[str, str, int], Load]


def draw(loads: Loads, out: Path) -> None:
    """Write a panel for each number of connections, in the format of the file's extension."""
    engines = list(dict.fromkeys(engine for engine, _, _ in loads))
    workloads = list(dict.fromkeys(workload for _, workload, _ in loads))
    counts = sorted({connections for _, _, connections in loads})
    figure, panels = plt.subplots(
        len(counts), 1, figsize=(11, 3.2 * len(counts)), sharex=True, squeeze=False
    )
    width = 0.8 / len(engines)
    for (panel,), connections in zip(panels, counts, strict=True):
        for number, engine in enumerate(engines):
            places, heights = [], []
            for place, workload in enumerate(workloads):
                load = loads.get((engine, workload, connections))
                native = loads.get((NATIVE, workload, connections))
                if load and native and native.rate and load.rate:
                    places.append(place + number * width)
                    heights.append(load.rate / native.rate)
            panel.bar(places, heights, width, label=engine)
        panel.axhline(1, color="black", linewidth=0.8)
        panel.set_yscale("log")
        panel.set_ylabel(f"× {NATIVE}")
        panel.set_title(f"{connections} connection{'s' if connections > 1 else ''}")
        panel.set_xticks([place + 0.4 - width / 2 for place in range(len(workloads))], workloads)
        panel.tick_params(axis="x", labelrotation=15)
        panel.grid(axis="y", alpha=0.3)
    panels[0][0].legend(ncols=3, fontsize=8)
    figure.tight_layout()
    figure.savefig(out, dpi=110)
