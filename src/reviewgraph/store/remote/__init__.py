"""A release that lies in another SPARQL 1.1 engine, asked over HTTP.

``versions`` says what its graphs are called there, ``engine`` speaks the protocol, ``breaker``
leaves an engine that is down in peace, ``rewriting`` puts a query into the words of that engine,
``asking`` has it answered there, ``dataset`` is the store of the pages, ``pool`` answers strangers.
"""
