"""The guard: what boards and clients ask is let through, every trick is refused."""

from __future__ import annotations

import pytest

from sinks.clickhouse import allowed
from sinks.clickhouse.columns import TABLES
from sinks.clickhouse.guard import Guard, check_format, check_settings
from sinks.clickhouse.tokens import Refused
from tests.sinks.conftest import Store

ANSWERED = [
    "SELECT 1",
    "SELECT 1;\n",
    "select count() from mentions_public",
    "SELECT count(*) FROM rezonans.mentions_public FORMAT JSON",
    "SELECT topic, count() AS posts FROM mentions_public GROUP BY topic ORDER BY posts LIMIT 9",
    "SELECT toStartOfInterval(published_at, INTERVAL 5 MINUTE) AS time, sentiment, count() "
    "FROM mentions_public WHERE published_at >= now() - INTERVAL 1 DAY GROUP BY time, sentiment",
    "SELECT m.item, c.counters['likes'] FROM mentions_public AS m "
    "LEFT JOIN counters_latest AS c USING (item) WHERE m.topic IN ('water', 'gas')",
    "WITH loud AS (SELECT topic FROM topic_hours GROUP BY topic HAVING sum(posts) > 3) "
    "SELECT * FROM mentions_public WHERE topic IN (SELECT topic FROM loud)",
    "WITH 5 AS n SELECT n + 1",
    "SELECT quantileExact(0.99)(s) FROM arrivals ARRAY JOIN seconds AS s",
    "SELECT arrayMap(x -> x.1, topics), tuple(1, 2).1, [1, 2][1] FROM mentions_public",
    "SELECT countIf(sentiment = 'negative') / greatest(count(), 1) AS share FROM mentions_public",
    "SELECT uniqExactIf(item, urgent > 0.5), sumOrNull(posts) FROM sources",
    "SELECT CAST(urgent AS Float64), toDate(observed_at)::String, CAST(1 AS Date) "
    "FROM mentions_public",
    "SELECT 1 UNION ALL SELECT 2",
    "SELECT * FROM (SELECT 1 AS x) AS t WHERE x BETWEEN 0 AND 2",
    "SELECT 'file(''/etc/passwd'') -- no comment' AS text",
    r"SELECT 'it\'s; INSERT'",
    "SELECT /* why */ 1 -- end",
    "SELECT text AS \"Текст\" FROM mentions_public WHERE hasToken(lower(text), 'вода')",
    "SELECT * FROM mentions_public WHERE item = {item:String} AND topic IN {topics:Array(String)}",
    "SELECT number FROM numbers(10) SETTINGS max_threads = 1 FORMAT CSV",
    "SELECT number FROM numbers(10) FORMAT CSV SETTINGS max_threads = 1",
    "SELECT name, value, readonly FROM system.settings LIMIT 10000",
    "SELECT version(), timezone()",
    "SELECT name FROM system.tables WHERE database = 'rezonans'",
    "SELECT multiIf(score > 5, 'red', 'other') AS colour, now() - since AS age FROM spikes_latest",
    "SHOW TABLES",
    "DESCRIBE TABLE rezonans.mentions_public",
    "DESC spikes_latest",
    "EXISTS TABLE mentions_public",
]

REFUSED = [
    # other kinds of statement
    "INSERT INTO arrivals (rows) VALUES (1)",
    "INSERT INTO FUNCTION file('/tmp/x') SELECT 1",
    "CREATE TABLE x (a Int8) ENGINE = Memory",
    "DROP TABLE spikes",
    "ALTER TABLE spikes DELETE WHERE 1",
    "TRUNCATE TABLE spikes",
    "OPTIMIZE TABLE spikes FINAL",
    "SYSTEM SHUTDOWN",
    "SET readonly = 0",
    "USE system",
    "KILL QUERY WHERE 1",
    "GRANT ALL ON *.* TO default",
    "ATTACH TABLE x FROM '/etc'",
    "BACKUP DATABASE rezonans TO Disk('d', 'x')",
    "EXPLAIN SELECT 1",
    "EXPLAIN TABLE OVERRIDE x",
    "SHOW CREATE TABLE spikes",
    "SHOW GRANTS",
    "SHOW PROCESSLIST",
    "DESCRIBE TABLE mentions",
    "DESCRIBE TABLE file('/etc/passwd')",
    "DESCRIBE (SELECT 1)",
    "(SELECT 1)",
    "",
    ";",
    # more than one statement
    "SELECT 1; SELECT 2",
    "SELECT 1;;",
    "SELECT 1; -- ;",
    "SELECT 1; DROP TABLE spikes",
    # files, networks, programs
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT file('/etc/passwd')",
    "SELECT FILE('/etc/passwd')",
    "SELECT `file`('/etc/passwd')",
    "SELECT * FROM \"file\"('/etc/passwd')",
    "SELECT file /* */ ('/etc/passwd')",
    "SELECT file\n('/etc/passwd')",
    "SELECT arrayMap(file, ['/etc/passwd'])",
    "SELECT arrayMap(\"file\", ['/etc/passwd'])",
    "SELECT arrayMap(x -> file(x), ['/etc/passwd'])",
    "WITH (x -> file(x)) AS f SELECT f('/etc/passwd')",
    "WITH file AS f SELECT arrayMap(f, ['/etc/passwd'])",
    "SELECT (SELECT file('/etc/passwd'))",
    "SELECT 1 WHERE file('/etc/passwd') = ''",
    "SELECT 1 ORDER BY file('/etc/passwd')",
    "SELECT 1 LIMIT length(file('/etc/passwd'))",
    "SELECT * FROM (SELECT * FROM url('http://127.0.0.1/', 'CSV', 'a String'))",
    "SELECT * FROM s3('http://127.0.0.1/x')",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    "SELECT * FROM cluster('default', system.one)",
    "SELECT * FROM mysql('h', 'd', 't', 'u', 'p')",
    "SELECT * FROM executable('id', 'TSV', 'a String')",
    "SELECT * FROM input('a String')",
    "SELECT * FROM merge('rezonans', '.*')",
    "SELECT * FROM viewExplain('EXPLAIN', '', (SELECT 1))",
    "SELECT * FROM loop(system.one)",
    "SELECT * FROM generateRandom('a Int8')",
    "SELECT * FROM null('a Int8')",
    "SELECT * FROM python(x)",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM `/etc/passwd`",
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "SELECT 1 INTO OUTFILE '/tmp/x' FORMAT CSV",
    "SELECT * FROM VALUES('a String', 'x')",
    "SELECT * FROM dictionary('d')",
    "SELECT dictGet('d', 'a', 1)",
    "SELECT joinGet('rezonans.x', 'a', 1)",
    "SELECT sleep(3)",
    "SELECT sleepEachRow(1) FROM numbers(3)",
    "SELECT getSetting('x')",
    "SELECT getMacro('x')",
    "SELECT hostName()",
    "SELECT currentUser()",
    "SELECT arrayReduce('sum', [1])",
    "SELECT initializeAggregation('sum', 1)",
    "SELECT catboostEvaluate('/x', 1)",
    "SELECT addressToLine(1)",
    "SELECT throwIf(1)",
    "SELECT * APPLY(file) FROM sources",
    "SELECT * APPLY toString FROM sources",
    "SELECT COLUMNS('.*') FROM mentions_public",
    # the author, and tables that hold one
    "SELECT author FROM mentions_public",
    "SELECT AUTHOR FROM mentions_public",
    "SELECT `author` FROM mentions_public",
    'SELECT m."author" FROM mentions_public AS m',
    "SELECT * FROM mentions",
    "SELECT * FROM rezonans.mentions",
    'SELECT * FROM "mentions"',
    "SELECT * FROM rezonans . mentions",
    "SELECT * FROM/**/mentions",
    "SELECT 1 IN mentions",
    "SELECT 1 IN (SELECT 1 FROM mentions)",
    "SELECT 'x' IN (deletions)",
    "SELECT notIn('x', deletions)",
    "SELECT ('x', 1) IN (dead_letters)",
    "SELECT 'x' IN (rezonans.deletions)",
    "SELECT 'x' IN (system.contributors)",
    "SELECT 'x' IN (`system` . contributors)",
    "SELECT notIn('x', system.users)",
    "SELECT 'x' IN (information_schema.tables)",
    "SELECT 'x' IN (INFORMATION_SCHEMA.SCHEMATA)",
    "SELECT 'x' IN (default.x)",
    "WITH x AS (SELECT * FROM mentions) SELECT * FROM x",
    "WITH mentions AS (SELECT 1) SELECT * FROM mentions",
    "SELECT 1 UNION ALL SELECT count() FROM mentions",
    "SELECT * FROM mentions_public JOIN mentions USING (item)",
    "SELECT * FROM mentions_public, mentions",
    "SELECT payload FROM dead_letters",
    "SELECT * FROM dead_letters WHERE 1 IN (WITH dead_letters AS (SELECT 1) SELECT 1)",
    "SELECT * FROM `/etc/passwd` WHERE 1 IN (WITH `/etc/passwd` AS (SELECT 1) SELECT 1)",
    "WITH (SELECT 1) AS deletions SELECT * FROM deletions",
    "SELECT * FROM migrations",
    "SELECT * FROM {t:Identifier}",
    "SELECT * FROM { t : Identifier }",
    "SELECT {t:Nullable(Identifier)}",
    # tables of the engine
    "SELECT * FROM system.query_log",
    "SELECT * FROM system.processes",
    "SELECT * FROM system.users",
    "SELECT * FROM system.parts",
    "SELECT create_table_query, x FROM system.functions",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM default.x",
    "SELECT * FROM a.b.c",
    # settings and formats
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 SETTINGS max_execution_time = 0",
    "SELECT 1 SETTINGS max_result_rows = 0",
    "SELECT 1 SETTINGS max_threads = 1, readonly = 0",
    "SELECT * FROM (SELECT 1 SETTINGS max_memory_usage = 0)",
    "SELECT 1 SETTINGS max_threads = (SELECT 1)",
    "SELECT 1 SETTINGS max_threads = 100000",
    "SELECT 1 SETTINGS max_threads = 0",
    "SELECT 1 SETTINGS max_threads = '1e9'",
    "SELECT 1 SETTINGS max_threads = 1, max_threads = 5",
    "SELECT 1 SETTINGS max_block_size = 99999999999",
    "SELECT 1 SETTINGS max_block_size = 65537",
    "SELECT 1 SETTINGS limit = '-1'",
    "SELECT 1 SETTINGS limit = 18446744073709551615",
    "SELECT 1 FORMAT Template",
    "SELECT 1 FORMAT CapnProto",
    "SELECT 1 FORMAT JSON FORMAT CSV",
    # texts that two lexers read in two ways
    "SELECT 1 /* /* */ , file('/etc/passwd') /* */ */",
    "SELECT 1 # , file('x')",
    "SELECT 1 #! x",
    "SELECT $$a$$",
    "SELECT $x$ file('x') $x$",
    "SELECT ‘a’",
    "SELECT “a”",
    "SELECT x'41'",
    "SELECT b'01'",
    'SELECT "a""b"',
    "SELECT `a``b`",
    'SELECT "a\\"b"',
    "SELECT 'a",
    "SELECT 1file('x')",
    "SELECT @@version",
    "SELECT 1\x00",
    "SELECT 1\u00a0, 2",
    "SELECT 1 \\G",
    "SELECT ((1)",
    "SELECT {'a': 1}",
    "SELECT " + "(" * 100 + "1" + ")" * 100,
    "SELECT " + "1," * 60_000 + "1",
    "SELECT 1 FROM",
    "this is no query",
]


@pytest.fixture(scope="module")
def guard(migrated_store: Store) -> Guard:
    return Guard("rezonans", migrated_store.engine().functions())


@pytest.mark.parametrize("sql", ANSWERED)
def test_what_readers_ask_is_answered(guard: Guard, sql: str) -> None:
    assert guard.check(sql).sql


@pytest.mark.parametrize("sql", REFUSED)
def test_what_does_harm_is_refused_in_words(guard: Guard, sql: str) -> None:
    with pytest.raises(Refused) as raised:
        guard.check(sql)
    assert len(str(raised.value)) > 10
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("value", ["-1", "1000001", "99999999999", "auto", "", "4.0", "\u0664"])
@pytest.mark.parametrize("name", sorted(allowed.NUMBERS))
def test_numbers_have_bounds_that_are_said(name: str, value: str) -> None:
    with pytest.raises(Refused, match=rf"{name} may be a number from \d to \d+ here"):
        check_settings([(name, value)])


def test_numbers_within_their_bounds_are_accepted() -> None:
    for name, bounds in allowed.NUMBERS.items():
        for number in bounds:
            assert check_settings([(name, str(number))]) == {name: f"'{number}'"}


def test_the_text_that_was_checked_is_the_text_that_runs(guard: Guard) -> None:
    checked = guard.check("SELECT 1/* a */+ 2 -- b\n FORMAT JSON SETTINGS max_threads = 2")
    assert (checked.sql, checked.format) == ("SELECT 1 + 2", "JSON")
    assert checked.text == "SELECT 1 + 2\nSETTINGS max_threads = '2'"


def test_the_catalogue_is_narrowed_however_it_is_written(guard: Guard) -> None:
    for written in ("system.tables", "system . tables", 'system."tables"', "`system`.tables"):
        checked = guard.check(f"SELECT * FROM {written}")
        assert "name IN ('actions', " in checked.sql
        assert "'mentions'" not in checked.sql


def test_parameters_are_named(guard: Guard) -> None:
    assert guard.check("SELECT {a:String}, { b : UInt8 }").params == {"a", "b"}


def test_all_tables_are_public_or_inside() -> None:
    assert TABLES.keys() <= allowed.TABLES | allowed.INNER
    assert not allowed.TABLES & allowed.INNER


def test_no_column_is_taken_for_a_function(guard: Guard) -> None:
    public = TABLES.keys() & allowed.TABLES | {"mentions"}
    for table in public:
        for column in TABLES[table].__struct_fields__:
            if column != "author":
                assert guard.check(f"SELECT `{column}` FROM sources").sql


def test_every_listed_function_exists(guard: Guard) -> None:
    missing = {name for name in allowed.FUNCTIONS if name.lower() not in guard.known}
    assert missing <= {"exists", "grouping"}  # these are parsed, not called


@pytest.mark.parametrize("name", ["readonly", "max_memory_usage", "format_schema", "unknown"])
def test_settings_are_chosen_from_a_list(name: str) -> None:
    with pytest.raises(Refused, match=name):
        check_settings([(name, "1")])
    with pytest.raises(Refused, match="max_threads"):
        check_settings([("max_threads", "1' OR 1")])
    with pytest.raises(Refused, match="Template"):
        check_format("Template")
