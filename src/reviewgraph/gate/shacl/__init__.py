"""SHACL: what each shape says, who judges it, what was found and where.

model       a shapes graph, shape by shape
facts       the data, as paths walk over them          paths      property paths
components  SHACL Core's constraints                   values     comparing literals
core        shapes bound to facts                      sparql     constraints asked of the store
together    many focus nodes in one query              record     pySHACL
engine      the plan and the run                       results    the W3C validation report
locate      from findings to places
"""
