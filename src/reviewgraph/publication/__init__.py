"""The publication folder: files to named graphs, with the place of every statement."""
