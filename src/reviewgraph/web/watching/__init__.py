"""What the operator sees: counts and times of requests and queries, a log line for each, readiness.

``metrics`` counts, ``log`` writes lines, ``middleware`` tells both of every request, ``ready`` says
whether requests may be sent here. No address of a client is written down, nor what was asked for.
"""
