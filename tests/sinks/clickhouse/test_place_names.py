"""Official names of places in the store: those of the gazetteer, written where they differ."""

from __future__ import annotations

from models.places.units import Unit, units
from sinks.clickhouse import place_names
from tests.sinks.conftest import Store

NAMED = "SELECT ru, kk FROM place_names FINAL WHERE code = '{}'"


def test_every_unit_is_named_once_and_only_what_differs_is_written(store: Store) -> None:
    place_names.fill(store.client)
    assert place_names.fill(store.client) == 0
    (count,) = store.client.query("SELECT count() FROM place_names FINAL").result_rows[0]
    assert count == len(units())
    code, unit = next((code, unit) for code, unit in units().items() if unit.kind == "village")
    named = NAMED.format(code)
    assert list(store.client.query(named).result_rows) == [(unit.russian, unit.kazakh)]
    renamed = Unit(code, "village", "Новое", "Жаңа")
    assert place_names.fill(store.client, {**units(), code: renamed}) == 1
    assert list(store.client.query(named).result_rows) == [("село Новое", "Жаңа ауылы")]
    assert place_names.fill(store.client) == 1
