"""The second reading of a query, by sqlglot: it is one SELECT, and its tables are public."""

from __future__ import annotations

import re
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sinks.clickhouse import allowed
from sinks.clickhouse.tokens import Refused, Token, text

_CLAUSES = ("format", "settings", "into")
SHAPES = 128
"""Queries that are remembered as harmless; the least recent are forgotten."""


def shape(body: list[Token]) -> str:
    """The query with every whole number as 0: a board asks the same again of another minute. A
    number names nothing, so what is true of the shape is true of each query that has it."""
    return text([Token("number", "0") if _is_whole(token) else token for token in body])


def _is_whole(token: Token) -> bool:
    return token.kind == "number" and token.text.isascii() and token.text.isdigit()


@lru_cache(maxsize=SHAPES)
def second_reading(database: str, sql: str) -> None:
    """`Refused`, or every name of the query is on the list; the reading takes longer than the
    engine does, so it is done once for each shape. What is refused is read again."""
    try:
        statements = sqlglot.parse(sql, read="clickhouse")
    except (SqlglotError, RecursionError, ValueError) as error:
        raise Refused(f"the query is not understood: {_first_line(error)}", 62) from None
    tree = statements[0] if len(statements) == 1 else None
    if not isinstance(tree, exp.Query):
        raise Refused("one SELECT at a time is answered here")
    if any(query.args.get(clause) for query in tree.find_all(exp.Query) for clause in _CLAUSES):
        raise Refused("FORMAT and SETTINGS stand once, at the end of the query", 62)
    local = _local_names(tree)
    for table in tree.find_all(exp.Table):
        _check_table(table, database, local)
    for inside in tree.find_all(exp.In):
        named = inside.args.get("field")
        if isinstance(named, exp.Column) and named.name not in local | allowed.TABLES:
            raise Refused(f"IN {named.name}: no such table here", 60)


def _check_table(table: exp.Table, database: str, local: set[str]) -> None:
    if isinstance(table.this, exp.Func):
        if table.this.name.lower() not in allowed.TABLE_FUNCTIONS:
            raise Refused(f"the table function {table.this.name} is not answered here")
        return
    place, name = table.db, table.name
    if table.catalog:
        raise Refused(f"no table {table.catalog}.{place}.{name} here", 60)
    if place == "system" and name in allowed.SYSTEM_TABLES:
        return
    if not place and name in local:
        return
    if place in ("", database) and name in allowed.TABLES:
        return
    raise Refused(
        f"no table {f'{place}.' if place else ''}{name} here; SHOW TABLES lists what there is",
        60,
    )


def _local_names(tree: exp.Query) -> set[str]:
    """Names that WITH gives. None may be that of a table inside: where the engine and sqlglot
    differ on how far a name reaches, it would open that table."""
    local = {cte.alias for cte in tree.find_all(exp.CTE)}
    for name in local:
        if name.lower() in allowed.INNER or not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            raise Refused(f"WITH {name}: choose another name")
    return local


def _first_line(error: BaseException) -> str:
    return re.sub(r"\x1b\[\d+m", "", str(error)).strip().splitlines()[0][:200]
