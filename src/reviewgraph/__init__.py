"""reviewgraph: from a git folder to a validated linked-data site."""

__version__ = "0.1.0"
