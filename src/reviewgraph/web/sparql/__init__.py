"""The SPARQL endpoint and the graph store: what strangers ask, answered by ``store.pool``."""
