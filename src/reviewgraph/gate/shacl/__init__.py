"""SHACL: what each shape says, who judges it, what was found and where.

model       a shapes graph, shape by shape
facts       the data, as paths walk over them          paths       property paths
components  SHACL Core's constraints                   values      comparing literals
patterns    regular expressions                        core        shapes bound to facts
sparql      constraints asked of the store             prebinding  whether they can be
together    many focus nodes in one query              touched     whose answers an edit changes
reads       what a verdict rests on                    record      pySHACL
plan        who judges what                            engine      the run, also after an edit
results     the W3C validation report                  locate      from findings to places
"""
