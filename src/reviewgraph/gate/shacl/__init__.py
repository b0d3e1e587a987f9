"""SHACL: what each shape says, who judges it, what was found and where.

==============  =======================================================
``model``       a shapes graph, shape by shape
``facts``       the data, as paths walk over them
``paths``       property paths
``check``       a constraint bound to facts
``components``  SHACL Core's constraints
``nesting``     those of them that refer to other shapes
``parameters``  what constraints are given
``values``      comparing literals
``patterns``    regular expressions
``core``        shapes bound to facts
``sparql``      constraints asked of the store
``prebinding``  whether they can be
``together``    many focus nodes in one query
``record``      pySHACL
``plan``        who judges what
``engine``      the run, also after an edit
``reads``       what a verdict rests on
``touched``     whose answers to a query an edit changes
``results``     the W3C validation report
``locate``      from findings to places
==============  =======================================================
"""
