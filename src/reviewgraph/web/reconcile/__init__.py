"""``/reconcile``: names in a table matched with the things of the release, as OpenRefine asks.

The Reconciliation Service API 0.2 of the W3C Entity Reconciliation Community Group
(https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/). ``queries``
reads what is asked, ``matching`` finds and scores candidates, ``extension`` gives the values of
properties; ``matches``, ``suggestions`` and ``previews`` are the addresses, ``manifest`` names
them. JSONP is left out: it would make every answer a script, and CORS does what it was for.
"""
