"""What changed from one state of a dataset to another, statement by statement, by entity.

``changes`` finds it, ``text``, ``data`` (JSON) and ``markdown`` tell it.
"""
