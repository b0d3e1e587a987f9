"""RDF itself: names, terms, syntaxes, canonical form. Knows no folder, no store, no HTTP."""
