"""The same files on one machine and on a cluster: what they come to, and that it is SQL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rezonans.cli import main
from rezonans.refused import SettingsError
from rezonans.settings import read
from sinks.clickhouse.layout import HERE, Layout, rendered, statements
from sinks.clickhouse.migrate import FOLDER
from sinks.clickhouse.migrate import read as migrations
from tests.sinks.conftest import Store

CLUSTER, SHARDS = Layout("centre"), Layout("centre", sharded=True)
TABLE = """
CREATE TABLE IF NOT EXISTS looks ${on_cluster}
(
    target String
)
ENGINE = ${replicated}ReplacingMergeTree
ORDER BY (target);
"""


def test_one_machine_and_a_cluster_differ_in_engine_and_place() -> None:
    assert rendered(TABLE, HERE)[0].endswith("ENGINE = ReplacingMergeTree\nORDER BY (target)")
    (statement,) = rendered(TABLE, CLUSTER)
    assert "looks ON CLUSTER 'centre'" in statement
    assert "ENGINE = ReplicatedReplacingMergeTree" in statement


def test_shards_hold_local_tables_under_one_name() -> None:
    local, spread = rendered(TABLE, SHARDS)
    assert local.startswith("CREATE TABLE IF NOT EXISTS looks_local ON CLUSTER 'centre'")
    assert "ReplicatedReplacingMergeTree" in local
    assert "looks ON CLUSTER 'centre' AS looks_local" in spread
    assert spread.endswith("Distributed('centre', 'rezonans', 'looks_local', cityHash64(target))")


def test_a_change_of_columns_is_one_of_both_tables() -> None:
    text = "ALTER TABLE looks ${on_cluster} ADD COLUMN IF NOT EXISTS a UInt8;\n"
    assert [one.split(" ON ")[0] for one in rendered(text, SHARDS)] == [
        "ALTER TABLE looks_local",
        "ALTER TABLE looks",
    ]
    index = "ALTER TABLE looks ${on_cluster} ADD INDEX i target TYPE minmax;\n"
    assert len(rendered(index, SHARDS)) == 1


def test_a_table_takes_the_place_of_another_shard_by_shard() -> None:
    text = """
SYSTEM SYNC REPLICA ${on_cluster} looks;
CREATE OR REPLACE TABLE looks ${on_cluster} AS held
ENGINE = ${replicated}ReplacingMergeTree
ORDER BY target;
ALTER TABLE looks ${on_cluster} ATTACH PARTITION ALL FROM held;
DROP TABLE IF EXISTS held ${on_cluster} SYNC;
"""
    synced, replaced, taken, *dropped = rendered(text, SHARDS)
    assert synced == "SYSTEM SYNC REPLICA ON CLUSTER 'centre' looks_local"
    assert replaced.startswith(
        "CREATE OR REPLACE TABLE looks_local ON CLUSTER 'centre' AS held_local\n"
    )
    assert taken.endswith("looks_local ON CLUSTER 'centre' ATTACH PARTITION ALL FROM held_local")
    assert [one.split()[4] for one in dropped] == ["held_local", "held"]
    assert [one.split()[0] for one in rendered(text, HERE)] == ["CREATE", "ALTER", "DROP"]
    assert rendered(text, CLUSTER)[0] == "SYSTEM SYNC REPLICA ON CLUSTER 'centre' looks"


def test_versions_of_an_item_meet_in_one_shard() -> None:
    found = {
        statement.split()[5]: statement.rpartition("cityHash64(")[2].rstrip(")")
        for migration in migrations(FOLDER)
        for statement in rendered(migration.text, SHARDS)
        if "ENGINE = Distributed" in statement
    }
    assert found["mentions"] == found["counters"] == found["deletions"] == "item"
    assert (found["cursors"], found["spikes"]) == ("target", "spike")
    assert (found["rollup_hours"], found["dead_letters"]) == ("at", "place")


@pytest.mark.parametrize("layout", [HERE, CLUSTER, SHARDS], ids=str)
def test_every_statement_is_clickhouses_sql(migrated_store: Store, layout: Layout) -> None:
    for migration in migrations(FOLDER):
        for statement in rendered(migration.text, layout):
            asked = "SELECT formatQuerySingleLine({sql:String})"
            (row,) = migrated_store.client.query(asked, {"sql": statement}).result_rows
            assert "${" not in row[0]
            assert layout.on_cluster in statement or row[0].startswith("INSERT INTO")
            if layout.cluster and " ENGINE = " in row[0] and "VIEW" not in row[0]:
                assert "ENGINE = Replicated" in row[0] or "ENGINE = Distributed" in row[0]


def test_both_sizes_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["migrate", "--dry-run"])
    assert left.value.code == 0
    here, _, there = capsys.readouterr().out.partition("-- cluster rezonans, replicated and shard")
    assert here.startswith("-- one machine\n-- 0001_mentions.sql, sha256 ")
    assert ("ON CLUSTER" in here, "ON CLUSTER 'rezonans'" in there) == (False, True)
    expected = [one for found in migrations(FOLDER) for one in rendered(found.text, HERE)]
    assert statements(here) == [one.strip() for one in expected]


def test_settings_that_make_no_size_are_said(tmp_path: Path) -> None:
    file = tmp_path / "r.toml"
    file.write_text('[store]\ncluster = "c"\n')
    with pytest.raises(SettingsError, match="store: cluster: names a cluster of a server; set url"):
        read(file)
    file.write_text('[store]\nurl = "http://a:1"\nsharded = true\n')
    with pytest.raises(SettingsError, match="name it with cluster"):
        read(file)


CONFIG = """
<clickhouse><remote_servers><centre>
<shard><replica><host>127.0.0.1</host><port>1</port></replica></shard>
<shard><replica><host>127.0.0.2</host><port>1</port></replica></shard>
</centre></remote_servers></clickhouse>
"""
SPREAD = """
import sys
from datetime import UTC, datetime, timedelta
import chdb
from sinks import boards
from sinks.clickhouse.layout import Layout, rendered
from sinks.clickhouse.migrate import FOLDER, read

engine = chdb.connect(f"{sys.argv[1]}/store?config-file={sys.argv[1]}/config.xml")
engine.query("CREATE DATABASE rezonans")
engine.query("USE rezonans")
layout = Layout("centre", sharded=True)
for found in read(FOLDER):
    for statement in rendered(found.text, layout):
        if not statement.startswith(("INSERT", "SYSTEM SYNC")):
            alone = statement.replace(layout.on_cluster, "").replace("= Replicated", "= ")
            engine.query(alone)
# nobody listens on the shards: each panel is planned over them and answers with nothing
engine.query("SET skip_unavailable_shards = 1, connections_with_failover_max_tries = 1, "
    "distributed_product_mode = 'global'")
until = datetime.now(UTC)
for name in boards.names():
    engine.query(boards.expand(boards.sql(name), until - timedelta(days=30), until), "Null")
print(engine.query("SELECT engine, count() FROM system.tables WHERE database = 'rezonans' "
    "GROUP BY engine ORDER BY engine", "CSV"))
"""


def test_the_engine_makes_the_spread_tables_and_their_views(tmp_path: Path) -> None:
    """Everything but replication, which needs servers: an engine of its own that knows a
    cluster of two shards. And every panel of the boards is a query over them."""
    (tmp_path / "config.xml").write_text(CONFIG)
    done = subprocess.run(
        [sys.executable, "-c", SPREAD, str(tmp_path)], capture_output=True, text=True, check=False
    )
    made = dict(line.rsplit(",", 1) for line in done.stdout.split())
    assert done.returncode == 0, done.stderr
    local = int(made['"MergeTree"']) + int(made['"ReplacingMergeTree"'])
    assert int(made['"Distributed"']) == local > 10
    assert int(made['"View"']) > 10
