"""Judging statements where they lie: in an engine that holds more than memory does.

Two steps, so that the results are those of the evaluator in this process. ``suspicion`` puts what
it can of a shape into a query, by which the engine finds the focus nodes that may have a result;
what it cannot put so leaves all of them. ``reading`` fetches, some focus nodes at a time, the
statements that the shape reads of these, and the evaluator judges them. SPARQL constraints are
asked for all focus nodes at once, by their targets. ``judging`` does it all.
"""
