"""A region that does not exist: what the `simulate` collector shows.

Everything here is a pure function of the seed and of event time, so that any interval can
be made again, at any moment and in any order, without state.
"""
