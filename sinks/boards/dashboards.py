"""The boards as Grafana's dashboards, in Russian and in Kazakh."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as grafana

from models.taxonomy import Taxonomy
from rezonans.i18n import LANGUAGES, Language, Translator, mark, translator
from sinks import boards
from sinks.boards import drill, links, pipeline
from sinks.boards.draw import SOURCE, Query, draw, placed
from sinks.boards.panel import Board
from sinks.boards.place import PLACE_BOARD
from sinks.boards.platforms import PLATFORMS_BOARD
from sinks.boards.posts import MENTIONS
from sinks.boards.quality import MODELS
from sinks.boards.response import RESPONSE
from sinks.boards.situation import SITUATION
from sinks.boards.sources import SOURCES
from sinks.boards.topic import TOPIC_BOARD
from sinks.boards.vocabulary import names
from sinks.names import groups

SCHEMA_VERSION = 42
BOARDS: Sequence[Board] = (
    SITUATION, TOPIC_BOARD, PLACE_BOARD, RESPONSE, PLATFORMS_BOARD, SOURCES, MODELS, MENTIONS,
)  # fmt: skip
_LABELS = {
    "topic": mark("Topic"), "region": mark("Region"), "district": mark("District"),
    "platform": mark("Platform"), "language": mark("Language"), "sentiment": mark("Sentiment"),
    "appeal": mark("Appeal"), "which": mark("Which of them"),
}  # fmt: skip
_ALL = "$__all"


def files(known: Taxonomy | None = None) -> Iterator[tuple[str, str]]:
    """Every file of the dashboards: its path under the folder of Grafana's files and its text.
    Topics are called and offered as `known` says, by default as in the packaged taxonomy."""
    for language in LANGUAGES:
        for board in BOARDS:
            drawn = dashboard(board, language, known)
            yield f"boards/{language}/{board.name}.json", text_of(drawn)
        yield f"boards/{language}/{pipeline.BOARD.name}.json", text_of(pipeline_board(language))


def text_of(found: grafana.Dashboard) -> str:
    return json.dumps(found, cls=JSONEncoder, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def dashboard(board: Board, language: Language, known: Taxonomy | None = None) -> grafana.Dashboard:
    """One board in one language."""
    found = _page(board, language)
    places = placed(board.panels)
    found.panels = [
        draw(panel, number, place, language, board.variables, known=known)
        for number, (panel, place) in enumerate(zip(board.panels, places, strict=True), start=1)
    ]
    found.templating.list_val = [
        _source("source", mark("Store"), "grafana-clickhouse-datasource", language),
        *(
            [_source("metrics", mark("Metrics"), "prometheus", language)]
            if any(panel.metrics for panel in board.panels)
            else []
        ),
        *(
            _variable(name, language, known)
            for name in (*boards.VARIABLES, *boards.DRILLS)
            if name in board.variables
        ),
    ]
    if board.marks:
        found.annotations.list_val = [_marks(language)]
    return found


def pipeline_board(language: Language) -> grafana.Dashboard:
    """The board over Prometheus."""
    found = _page(pipeline.BOARD, language)
    found.panels = list(pipeline.panels(language))
    found.templating.list_val = [_source("metrics", mark("Metrics"), "prometheus", language)]
    return found


def _page(board: Board, language: Language) -> grafana.Dashboard:
    words = translator(language)
    return grafana.Dashboard(
        uid=links.uid(board.name, language),
        title=words.gettext(board.title),
        description=words.gettext(board.about),
        tags=["rezonans", language],
        timezone="Asia/Almaty",
        week_start="monday",
        editable=False,
        graph_tooltip=grafana.DashboardCursorSync.CROSSHAIR,
        schema_version=SCHEMA_VERSION,
        time=grafana.DashboardDashboardTime(board.since, "now"),
        refresh=board.refresh or None,
        links=[
            grafana.DashboardLink(
                title=words.gettext(mark("Boards")),
                type_val=grafana.DashboardLinkType.DASHBOARDS,
                icon="external link",
                tags=["rezonans", language],
                as_dropdown=True,
                include_vars=True,
                keep_time=True,
            )
        ],
    )


def _source(name: str, label: str, plugin: str, language: Language) -> grafana.VariableModel:
    return _model(
        grafana.VariableType.DATASOURCE,
        name,
        label=translator(language).gettext(label),
        query=plugin,
        refresh=grafana.VariableRefresh.ON_DASHBOARD_LOAD,
    )


def _variable(name: str, language: Language, known: Taxonomy | None) -> grafana.VariableModel:
    """A choice of several; platforms come from the store, the rest is known."""
    words = translator(language)
    if name in drill.EXACT:
        return _model(
            grafana.VariableType.TEXTBOX, name, label=words.gettext(drill.EXACT[name][0]),
            current=grafana.VariableOption(text="", value=""),
        )  # fmt: skip
    label = words.gettext(_LABELS[name])
    if name == "platform":
        return _model(
            grafana.VariableType.QUERY,
            name,
            label=label,
            datasource=SOURCE,
            query=boards.sql("platforms_known"),
            refresh=grafana.VariableRefresh.ON_TIME_RANGE_CHANGED,
            current=_everything(language),
            multi=True,
            include_all=True,
        )
    if name == "which":
        offered = [(code, words.gettext(told)) for code, (told, _) in drill.WHICH.items()]
    else:
        offered = [(code, text) for code, text in names(name, language, known).items() if code]
    if name == "topic":
        offered = [*_by_group(words, known), *offered[-1:]]
    return _model(
        grafana.VariableType.CUSTOM,
        name,
        label=label,
        query=",".join(f"{_plain(text)} : {_escaped(code)}" for code, text in offered),
        current=_everything(language),
        options=[_everything(language)]
        + [grafana.VariableOption(False, _plain(text), code) for code, text in offered],
        multi=True,
        include_all=True,
    )


def _by_group(words: Translator, known: Taxonomy | None) -> Iterator[tuple[str, str]]:
    """Topics group by group, (code, name) of each, behind the group as a whole: its value is the
    codes of its topics, which is what `boards.values` makes of several choices."""
    for group in groups(words.language, known):
        if len(group.shown) > 1:
            codes = ",".join(code for code, _ in group.shown)
            yield codes, words.gettext("{group}: all topics", group=group.name)
        yield from group.shown


def _escaped(value: str) -> str:
    """A value in the list of a variable, whose choices are separated by commas."""
    return value.replace(",", "\\,")


def _everything(language: Language) -> grafana.VariableOption:
    return grafana.VariableOption(True, translator(language).gettext(mark("All")), _ALL)


def _plain(text: str) -> str:
    """A name without what separates the choices of a variable."""
    return text.replace(",", "").replace(" : ", " ")


def _model(
    kind: grafana.VariableType,
    name: str,
    *,
    label: str | None = None,
    query: str = "",
    datasource: grafana.DataSourceRef | None = None,
    current: grafana.VariableOption | None = None,
    options: list[grafana.VariableOption] | None = None,
    refresh: grafana.VariableRefresh | None = None,
    multi: bool = False,
    include_all: bool = False,
) -> grafana.VariableModel:
    return grafana.VariableModel(
        type_val=kind, name=name, label=label, query=query, datasource=datasource,
        current=current, options=options, refresh=refresh, multi=multi,
        include_all=include_all, allow_custom_value=False,
        auto=None, auto_min=None, auto_count=None,
    )  # fmt: skip


def _marks(language: Language) -> grafana.AnnotationQuery:
    return grafana.AnnotationQuery(
        name=translator(language).gettext(mark("Spikes")),
        datasource=SOURCE,
        enable=True,
        icon_color="#c4162a",
        target=Query("spike_marks", boards.sql("spike_marks"), series=False),  # type: ignore[arg-type]
    )
