"""A release put into a SPARQL 1.1 engine elsewhere, without a moment in which it is half there.

``versions`` says where it goes: each graph of a release is a graph of its own there, below the
release's address, and one control graph says which release is in force. ``engine`` is what speaks
to the engine, ``digest`` compares what is there with what was sent, ``loading`` does the work:
statements in bounded batches, what was sent already left out, then counts, then digests, then the
one small update that puts the release in force.
"""
