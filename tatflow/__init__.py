"""What integrators import: :mod:`tatflow.sources`, :mod:`tatflow.offices`, :mod:`tatflow.testing`.

Nothing else of ours is promised to stay where it is.
"""
