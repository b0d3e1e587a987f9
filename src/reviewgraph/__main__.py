"""``python -m reviewgraph`` is the ``reviewgraph`` command."""

from reviewgraph.cli import main

if __name__ == "__main__":
    main()
