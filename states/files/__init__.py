"""Files too large for a row: sealed chunk by chunk as they come, and kept in a folder or in a bucket.

:mod:`sealing` encrypts and opens a stream, :mod:`places` says what a place for such files gives, of which
:mod:`folder` and :mod:`bucket` are the two that there are; :mod:`arriving` takes a file in, :mod:`kinds`
tells by how it begins what it is. Which case a file belongs to, who may open it, and its key, are rows of the
case database: a place knows opaque names and nothing else.
"""
