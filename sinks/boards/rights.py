"""The user of a ClickHouse server that Grafana asks as, with the least rights."""

from __future__ import annotations

from sinks.clickhouse.columns import TABLES

_USER = """\
<!-- Written by `make boards`; change sinks/boards instead. -->
<clickhouse>
  <profiles>
    <boards>
      <readonly>2</readonly>
      <max_execution_time>30</max_execution_time>
      <max_memory_usage>2000000000</max_memory_usage>
      <max_result_rows>1000000</max_result_rows>
      <max_threads>4</max_threads>
      <distributed_product_mode>global</distributed_product_mode>
      <constraints>
        <max_execution_time><max>30</max></max_execution_time>
        <max_memory_usage><max>2000000000</max></max_memory_usage>
        <max_result_rows><max>1000000</max></max_result_rows>
        <max_threads><max>4</max></max_threads>
        <allow_ddl><readonly/></allow_ddl>
        <allow_introspection_functions><readonly/></allow_introspection_functions>
      </constraints>
    </boards>
  </profiles>
  <users>
    <grafana>
      <password from_env="GRAFANA_STORE_PASSWORD"/>
      <profile>boards</profile>
      <quota>default</quota>
      <networks><ip>::/0</ip></networks>
      <grants>
{grants}
      </grants>
    </grafana>
  </users>
</clickhouse>
"""

READ = ("mentions", "looks", "spikes", "actions", "arrivals", "dead_letters")
ROLLED = ("rollup_fives", "rollup_hours", "rollup_days", "rollup_months", "touched")
VIEWS = (
    *("mentions_public", "spikes_latest", "dead_letters_public", "rollup_state"),
    *("flow", "flow_districts", "flow_places", "flow_towns", "flow_appeals", "flow_types"),
    *("flow_models", "flow_voices", "place_names"),
    *("flow_pages", "flow_questions", "questions"),
)
WITHHELD = {"mentions": {"author"}, "dead_letters": {"payload"}, "actions": {"by", "note"}}
"""Columns that nobody who asks as Grafana may read, by table."""


def user() -> str:
    """The user of a ClickHouse server that Grafana asks as: reads what boards read, column by
    column, and nothing else. The views run with the rights of who asks, so the tables beneath
    them are named too."""
    grants = [f"GRANT SELECT ON rezonans.{name}" for name in (*VIEWS, *ROLLED)]
    for table in READ:
        columns = [
            f"`{name}`"
            for name in TABLES[table].__struct_fields__
            if name not in WITHHELD.get(table, ())
        ]
        grants.append(f"GRANT SELECT({', '.join(columns)}) ON rezonans.{table}")
    queries = "\n".join(f"        <query>{grant}</query>" for grant in sorted(grants))
    return _USER.format(grants=queries)
