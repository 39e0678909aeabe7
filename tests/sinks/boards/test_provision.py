"""What Grafana is provisioned with stands together, and asks with the least rights."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from rezonans.i18n import LANGUAGES
from sinks import boards
from sinks.boards import links, maps, rights
from sinks.boards.dashboards import BOARDS
from sinks.boards.draw import PLUGIN_VERSION
from sinks.clickhouse import allowed
from sinks.clickhouse.migrate import FOLDER as MIGRATIONS
from tests.sinks.boards import year
from tests.sinks.boards.conftest import Asked

DEPLOY = Path(__file__).parents[3] / "deploy"
GRAFANA = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["grafana"]
_VIEW = re.compile(r"CREATE OR REPLACE VIEW (\w+).*? AS\n(.*?);", re.S)
_READS = re.compile(r"(?:FROM|(?<!ARRAY )JOIN)\s+(\w+)")
_VARIABLE = re.compile(r"(?<!\$)\$(\w+)")


def provisioned(name: str) -> Any:
    return yaml.safe_load((boards.FOLDER / "provisioning" / name).read_text("utf-8"))


def test_every_variable_of_the_environment_is_given_by_compose() -> None:
    asked = {
        variable
        for path in (boards.FOLDER / "provisioning").rglob("*.yaml")
        for variable in _VARIABLE.findall(path.read_text("utf-8"))
    }
    assert asked == {name for name in GRAFANA["environment"] if name.startswith("REZONANS_")}


def test_compose_puts_the_files_where_the_boards_expect_them() -> None:
    mounts = {volume.split(":")[1]: volume.split(":")[0] for volume in GRAFANA["volumes"]}
    assert mounts[f"/usr/share/grafana/{maps.PUBLIC}"] == "./grafana/maps"
    for one in provisioned("dashboards/rezonans.yaml")["providers"]:
        where, language = one["options"]["path"].rsplit("/", 1)
        assert (DEPLOY / mounts[where] / language / "situation.json").exists()
    assert GRAFANA["environment"]["GF_PLUGINS_PREINSTALL_SYNC"].endswith(f"@{PLUGIN_VERSION}")


def test_folders_and_boards_are_of_both_languages() -> None:
    folders = [one["folderUid"] for one in provisioned("dashboards/rezonans.yaml")["providers"]]
    assert folders == [f"rezonans-{language}" for language in LANGUAGES]


def test_rules_lead_to_boards_and_to_a_point_that_there_is() -> None:
    [group] = provisioned("alerting/rules.yaml")["groups"]
    folders = [one["folder"] for one in provisioned("dashboards/rezonans.yaml")["providers"]]
    assert group["folder"] in folders
    uids = {f"/d/{links.uid(board.name, 'ru')}" for board in BOARDS}
    assert {rule["annotations"]["board"] for rule in group["rules"]} <= uids
    assert len({rule["uid"] for rule in group["rules"]}) == len(group["rules"])
    contacts = provisioned("alerting/contact-points.yaml")
    points = {point["name"] for point in contacts["contactPoints"]}
    assert {policy["receiver"] for policy in contacts["policies"]} <= points
    for rule in group["rules"]:
        text = rule["data"][0]["model"]["rawSql"]
        assert not _VARIABLE.search(text), "the environment would be put in"
        assert text.replace("$$", "$") in {boards.sql(name) for name in boards.names()}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("red_spikes", 1), ("silent_sources", 0), ("counts_behind", 0)],
)
def test_a_rule_asks_one_number(asked_of_a_year: Asked, rule: str, expected: int) -> None:
    found = asked_of_a_year(f"alert_{rule}", year.UNTIL - timedelta(days=1), year.UNTIL)
    assert [list(row.values()) for row in found.rows] == [[expected]]


def test_silence_and_danger_are_noticed(asked_of_a_year: Asked) -> None:
    later = year.UNTIL + timedelta(hours=30)
    [silent] = asked_of_a_year("alert_silent_sources", later - timedelta(days=1), later).rows
    assert silent["silent"] == len(year.PLATFORMS)
    [waiting] = asked_of_a_year("alert_unanswered", later - timedelta(days=1), later).rows
    assert waiting["waiting"] > 0
    [spikes] = asked_of_a_year("alert_red_spikes", later - timedelta(days=1), later).rows
    assert spikes["open_spikes"] == 0


def granted() -> dict[str, set[str] | None]:
    """Columns by table that Grafana's user may read; `None`: all of them."""
    tree = ElementTree.fromstring((boards.FOLDER / "users" / "grafana.xml").read_text("utf-8"))
    found: dict[str, set[str] | None] = {}
    for query in tree.iter("query"):
        match = re.fullmatch(r"GRANT SELECT(?:\((.+)\))? ON rezonans\.(\w+)", query.text or "")
        assert match, query.text
        found[match[2]] = {name.strip("` ") for name in match[1].split(",")} if match[1] else None
    return found


def views() -> dict[str, str]:
    """The last definition of every view of the store."""
    return {
        name: text
        for path in sorted(MIGRATIONS.glob("*.sql"))
        for name, text in _VIEW.findall(path.read_text("utf-8"))
    }


def test_the_user_of_grafana_reads_what_boards_read_and_no_authors() -> None:
    may, known = granted(), views()
    assert "author" not in (may["mentions"] or {"author"})
    assert "payload" not in (may["dead_letters"] or {"payload"})
    assert not {name for name in may if name in known} & {"topic_hours", "spike_voices"}
    public = set(re.findall(r"\w+", known["mentions_public"]))
    assert (may["mentions"] or set()) <= public, "a column that no view shows needs no right"
    asked = {
        table
        for name in boards.names()
        for table in _READS.findall(boards.sql(name))
        if table in allowed.TABLES
    }
    assert asked
    beneath = {table for view in asked & set(known) for table in _READS.findall(known[view])}
    assert asked | beneath == set(may)
    for view in asked & set(known):
        words = set(re.findall(r"\w+", known[view]))
        assert not words & {"author", "payload"}, view


def test_the_user_of_grafana_only_reads() -> None:
    tree = ElementTree.fromstring(rights.user())
    assert tree.findtext("./profiles/boards/readonly") == "2"
    assert tree.findtext("./users/grafana/profile") == "boards"
    password = tree.find("./users/grafana/password")
    assert password is not None
    assert password.get("from_env") == "GRAFANA_STORE_PASSWORD"
    [store] = [
        one
        for one in provisioned("datasources/rezonans.yaml")["datasources"]
        if one["type"] == "grafana-clickhouse-datasource"
    ]
    assert store["jsonData"]["username"] == "grafana"
    assert store["secureJsonData"]["password"].startswith("$")
