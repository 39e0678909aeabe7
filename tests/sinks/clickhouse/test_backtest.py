"""A backtest from a real store: the rollup, the command's reading of it, and the page."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from rezonans.cli.backtest import Order, from_first, read_incidents, stored
from rezonans.cli.explain import Query
from rezonans.i18n import LANGUAGES, Language, translator
from rezonans.outcome import Course, Incident, Judged, Outcome, Sent
from rezonans.reasons import Lane
from rezonans.refused import SettingsError
from rezonans.settings import read
from sinks.backtest import delay, differences, merged, pairs, sentences
from sinks.backtest_page import page
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import Writer
from sinks.names import names
from streams.backtest.cells import Cell, cells
from tests.sinks.conftest import Store
from tests.streams.resonance.world import START, history_pages, mention, ordinary

DAY = timedelta(days=1)


def test_the_store_computes_the_cells_that_are_replayed(store: Store, query: Query) -> None:
    said = list(ordinary(random.Random(5), START, 12 * 3600, 4000))
    said += [mention(f"c{i}", START + timedelta(minutes=i), fingerprint=7) for i in range(5)]
    said += [
        mention(f"r{i}", START + timedelta(minutes=10 * i), root="simulation:c0", parent="?")
        for i in range(9)
    ]
    said += [mention("s", START, topic="water", second="roads", district=None)]
    said.sort(key=lambda one: one.post.published_at)
    Writer(store.client).write(list(history_pages(said)))
    Rollups(store.client).catch_up()
    found = list(stored(query, Order(START, START + DAY, START, ())))
    assert found == cells(said, "simulation")


def test_incidents_are_read_or_the_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    path.write_text("name,start,end,topic,region\nПаводок,2024-04-16T19:00,2024-04-16T21:00,,75\n")
    (found,) = read_incidents(path)
    assert (found.name, found.topic, found.region) == ("Паводок", None, "75")
    assert found.start.isoformat() == "2024-04-16T14:00:00+00:00"
    path.write_text("name,start,end\nПаводок,вчера,2024-04-16\n")
    with pytest.raises(SettingsError, match=r"incidents\.csv:2: вчера: write it like"):
        list(read_incidents(path))
    path.write_text("start,end\n2024-04-16,2024-04-17\n")
    with pytest.raises(SettingsError, match=r"incidents\.csv:2: name is empty"):
        list(read_incidents(path))


def outcome(label: str = "press") -> Outcome:
    lane = Lane(topic="water", region="11")
    about = Incident(name="<b>авария</b>", start=START + DAY, end=START + DAY * 1.5)
    sent = Sent(
        spike="00ff",
        kind="spike",
        trigger="spread",
        lane=lane,
        since=START + DAY,
        at=START + DAY * 1.1,
        closed=None,
        alarm="orange",
        observed=40.0,
        voices=31,
        expected=4.5,
        peak=9.0,
        incident=about.name,
    )
    return Outcome(
        label=label,
        setting=label,
        since=START,
        until=START + 3 * DAY,
        warm=START + DAY / 2,
        posts=900,
        sent=(sent,),
        incidents=(Judged(incident=about, delay_minutes=144.0),),
        courses=(Course(lane=lane, start=START, posts=tuple(range(73))),),
        gaps=((START + 2 * DAY, START + 2.5 * DAY),),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_escaped(language: Language) -> None:
    words = translator(language)
    told = page([outcome("one"), outcome("two")], words, names(language))
    assert "<b>авария" not in told
    assert "&lt;b&gt;авария" in told
    assert told.count("<svg") == 2
    assert told.count("<td>40</td><td>31</td><td>4,5</td>") == 2, "authors beside posts"
    assert "http" not in told
    assert "<script" not in told


def test_two_settings_are_told_apart_in_words() -> None:
    first, second = outcome("обычная"), outcome("строгая")
    later = Judged(incident=first.incidents[0].incident, delay_minutes=300.0)
    (sent,) = first.sent
    slow = msgspec.structs.replace(sent, spike="02", since=sent.since + timedelta(hours=1))
    other = msgspec.structs.replace(sent, spike="03", lane=Lane("roads"), incident=None)
    second = msgspec.structs.replace(second, incidents=(later,), sent=(slow, other))
    words = translator("ru")
    assert list(differences(first, second, words)) == [
        "«обычная» узнаёт раньше на 2 ч 36 мин: <b>авария</b>.",
        "«обычная» сообщает реже: оповещений в неделю — 3,5 против 7.",
    ]
    assert [who for _, who in merged([first, second])] == [(True, True), (False, True)]
    html = page([first, second], words, names("ru"))
    told = html.partition("Оповещения, в которых настройки расходятся")[2].partition("</table>")[0]
    assert "<td>Дороги, весь Казахстан</td><td>–</td><td>–</td><td>✓</td>" in told
    assert "Вода" not in told, "both send it"
    missing = msgspec.structs.replace(later, delay_minutes=None)
    blind = msgspec.structs.replace(first, label="глухая", incidents=(missing,))
    assert list(differences(first, blind, words)) == [
        "Только «обычная» находит: <b>авария</b>.",
        "Обе настройки сообщают одинаково часто: 3,5 в неделю.",
    ]


def test_each_desk_is_compared_with_itself_under_the_other_setting() -> None:
    now = [msgspec.structs.replace(outcome(n), setting="как сейчас", desk=n) for n in ("a", "b")]
    quiet = [
        msgspec.structs.replace(outcome(f"строгая: {n}"), setting="строгая", desk=n, sent=())
        for n in ("b", "c")
    ]
    both = [*now, *quiet]
    assert pairs(both) == [("b", now[1], quiet[0])]
    assert pairs(now) == [], "two desks of one setting are no two settings"
    words = translator("ru")
    said = "«строгая» сообщает реже: оповещений в неделю — 0 против 3,5."
    assert said in differences(now[1], quiet[0], words)
    html = page(both, words, names("ru"))
    assert html.count(said) == 1
    assert "<th>как сейчас</th><th>строгая</th>" in html
    assert said not in page(now, words, names("ru"))


def test_learning_begins_with_the_first_post_and_nothing_is_counted_where_there_are_none() -> None:
    asked = Order(START, START + 30 * DAY, START + 7 * DAY, ())
    found = from_first(asked, [Cell(minute=START + 20 * DAY)], 7 * DAY)
    assert found.warm == START + 27 * DAY
    short = msgspec.structs.replace(outcome(), gaps=((START + 1.5 * DAY, START + 3 * DAY),))
    assert short.alerts_a_week == pytest.approx(7.0), "of the one day that there are posts of"


def test_a_setting_says_only_what_is_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own, other = tmp_path / "own.toml", tmp_path / "other.toml"
    own.write_text(
        '[resonance]\nfloor_posts = 30\n[alerts.mail]\nurl = "json://localhost"\n'
        '[desks.press]\nchannels = ["mail"]\n'
    )
    other.write_text("[resonance]\nfalse_alarms = 0.05\n")
    found = read(other, own)
    assert list(found.watchers) == ["press"]
    assert found.resonance == {"false_alarms": 0.05}
    other.write_text('[desks.night]\nchannels = ["mail"]\nquiet = ["22:00-08:00"]\n')
    assert list(read(other, own).watchers) == ["night"]


def test_a_delay_is_told_in_hours_once_it_is_long() -> None:
    words = translator("kk")
    assert [delay(n, words) for n in (35.4, 119, 144)] == ["35 мин", "119 мин", "2 сағ 24 мин"]


def test_kinds_are_named_and_what_is_said_of_sources_stands_apart() -> None:
    first = outcome()
    (sent,) = first.sent
    wide = msgspec.structs.replace(
        sent, kind="emergence", lane=Lane("water"), regions=("11", "31"), spike="01"
    )
    faulty = msgspec.structs.replace(sent, kind="data-quality", lane=Lane(), spike="02")
    found = msgspec.structs.replace(first, sent=(sent, wide, faulty))
    words = translator("ru")
    told = "\n".join(sentences(found, words))
    assert "2 оповещения, то есть 7 в неделю" in told
    assert "Из них: по одной теме или месту: 1, сразу в нескольких регионах: 1." in told
    assert "Кроме того, сообщений об источниках: 1." in told
    html = page([found, first], words, names("ru"))
    assert "(Акмолинская область, Жамбылская область): растёт сразу в нескольких регионах" in html
    assert "<th>Об источниках</th><td>1</td><td>0</td>" in html
    assert "<th>Сообщений сразу</th><td>–</td><td>–</td>" in html


def test_a_press_secretary_can_read_it() -> None:
    told = "\n".join(sentences(outcome(), translator("ru")))
    assert "1 оповещение, то есть 3,5 в неделю" in told
    assert "Найдено известных событий: 1 из 1" in told
    assert "система только училась" in told
    assert "Не оценивалось" not in told
    early = Judged(incident=outcome().incidents[0].incident, delay_minutes=None, warmup=True)
    late = msgspec.structs.replace(outcome(), incidents=(early,))
    assert "Не оценивалось, потому что началось во время обучения: <b>авария</b>." in "\n".join(
        sentences(late, translator("ru"))
    )
    assert "это пропуск в данных, а не тишина" in told
