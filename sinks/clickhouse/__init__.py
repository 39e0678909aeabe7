"""The store: migrations, rows, the writer, the narrow door, and what reads through it.

One code for two sizes: chDB (the engine in this process) and ClickHouse servers. Guarantee:
what `Writer.write` returned from is stored; writing the same pages again, in other cuts,
changes nothing that `FINAL` or a view shows.
"""
