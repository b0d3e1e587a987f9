"""A release published elsewhere.

``static`` writes it as files that any host of static files can serve, which ``hosts`` configures;
``load`` puts it into a SPARQL engine; ``packing`` makes one file of it, and a release of that.
"""
