"""HTTP: pages, linked data, SPARQL."""
