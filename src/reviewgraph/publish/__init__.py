"""A release published elsewhere.

``static`` writes it as files that any host of static files can serve, which ``hosts`` configures;
``load`` puts it into a SPARQL engine.
"""
