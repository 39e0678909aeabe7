"""`make bench`: the whole way of a post measured, beside the limit and beside other frameworks."""
