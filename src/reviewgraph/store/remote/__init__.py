"""A release that lies in another SPARQL 1.1 engine, asked over HTTP.

``versions`` says what its graphs are called there. ``engine`` speaks the protocol, ``believing``
says what of an answer is believed, ``breaker`` leaves an engine that is down in peace. ``refusing``
says what is never asked, ``absolute`` and ``rewriting`` put a query into the words of that engine,
``asking`` has it answered there. ``dataset`` is the store of the pages, ``pool`` answers strangers,
``merge`` is what the gate asks.
"""
