"""What things are called, ready to be looked up: ``search.sqlite`` of a release.

``names`` finds them in the triples, ``forms`` makes them comparable, ``sounds`` says what a name in
either script sounds like, ``writing`` makes the index and ``looking`` asks it; ``slips`` are the
words that one slip of the hand makes of another. The web shows what was found.
"""
