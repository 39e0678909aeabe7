"""The report of a backtest as one page that holds everything and loads nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from rezonans.i18n import Translator
from rezonans.outcome import Outcome, Sent
from sinks.amounts import few
from sinks.backtest import delay, differences, merged, pairs, sentences, what
from sinks.backtest_plot import COLOURS, legend, plot
from sinks.sentence import Names, capital, level_name

_COLOURS = "".join(f"--{name}:{colour};" for name, colour in COLOURS.items())
_STYLE = """
:root{color-scheme:light dark;--ink:#202124;--page:#fff;--rule:#dadce0;--dim:#5f6368;--bar:#5f8dd3}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--page:#17191c;--rule:#3c4043;
--dim:#9aa0a6;--bar:#6f9ce0}}
body{font:16px/1.5 system-ui,sans-serif;max-width:1040px;margin:2rem auto;padding:0 1rem;
color:var(--ink);background:var(--page)}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem}figure{margin:1rem 0}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--rule)}
svg{width:100%;height:auto;min-width:36rem}.off,.foot{color:var(--dim);fill:var(--dim)}
.foot{font-size:12px}.posts{fill:var(--bar)}
rect.known{fill:#34a853;fill-opacity:.25}rect.learning{fill:#80868b;fill-opacity:.2}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;
color:var(--dim);font-size:.9rem}
.legend i{display:inline-block;margin-right:.4rem;width:.9rem;height:.7rem}
.legend i.line{width:.2rem;height:.9rem;vertical-align:-.1rem}
i.learning{background:#80868b44}i.known{background:#34a85344}
i.yellow{background:var(--yellow)}i.orange{background:var(--orange)}i.red{background:var(--red)}
td i{display:inline-block;width:.6rem;height:.6rem;border-radius:50%;margin-right:.4rem}
"""


def page(outcomes: Sequence[Outcome], words: Translator, names: Names) -> str:
    """The whole report as one HTML page; with two outcomes, one setting beside the other."""
    title = words.gettext("What would have been sent")
    parts = [f"<h1>{escape(title)}</h1>"]
    if len(outcomes) > 1:
        parts += _comparison(outcomes, words, names)
    parts.append(legend(words))
    for outcome in outcomes:
        parts.append(f"<h2>{escape(outcome.label)}</h2>")
        parts.append(_list(sentences(outcome, words)))
        parts += [_wide(plot(course, outcome, words, names)) for course in outcome.courses]
        parts.append(_alerts(outcome, words, names))
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>:root{{{_COLOURS}}}{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _comparison(outcomes: Sequence[Outcome], words: Translator, names: Names) -> list[str]:
    """The numbers of all; of each desk what two settings differ in, in sentences and alert by
    alert."""
    parts, found = [_numbers(outcomes, words)], pairs(outcomes)
    for desk, *both in found:
        if len(found) > 1:
            parts.append(f"<h2>{escape(desk)}</h2>")
        parts.append(_list(differences(both[0], both[1], words)))
        parts += _apart(both, words, names)
    return parts


def _apart(both: Sequence[Outcome], words: Translator, names: Names) -> Iterator[str]:
    """The alerts that only one of two settings sends."""
    rows = merged(both)
    some = [(sent, who) for sent, who in rows if not all(who) and not sent.warmup]
    if not some:
        return
    heads = (words.gettext("When"), words.gettext("What"), words.gettext("Incident"))
    told = words.gettext("Alerts that not every setting sends")
    body = [
        [*_what(sent, words, names), sent.incident or "–", *("✓" if one else "–" for one in who)]
        for sent, who in some
    ]
    labels = [one.setting or one.label for one in both]
    yield f"<h3>{escape(told)}</h3>{_table([*heads, *labels], body)}"


def _numbers(outcomes: Sequence[Outcome], words: Translator) -> str:
    rows = [
        (words.gettext("Alerts a week"), [words.number(o.alerts_a_week, 1) for o in outcomes]),
        (
            words.gettext("Messages at once"),
            ["–" if o.messages is None else words.number(o.messages.at_once) for o in outcomes],
        ),
        (words.gettext("About our sources"), [words.number(o.about_sources) for o in outcomes]),
        (
            words.gettext("Incidents found"),
            [f"{len(o.judged) - len(o.missed)} / {len(o.judged)}" for o in outcomes],
        ),
        (
            words.gettext("Middle delay"),
            ["–" if o.median_delay is None else delay(o.median_delay, words) for o in outcomes],
        ),
        (
            words.gettext("Of the alerts, about an incident"),
            ["–" if o.precision is None else words.percent(o.precision) for o in outcomes],
        ),
    ]
    head = "".join(f"<th>{escape(one.label)}</th>" for one in outcomes)
    cells = "".join(
        f"<tr><th>{escape(name)}</th>{''.join(f'<td>{escape(v)}</td>' for v in values)}</tr>"
        for name, values in rows
    )
    return _wide(f"<table><tr><th></th>{head}</tr>{cells}</table>")


def _alerts(outcome: Outcome, words: Translator, names: Names) -> str:
    if not outcome.sent:
        nothing = words.gettext("Nothing would have been sent.")
        return f"<p>{escape(nothing)}</p>"
    heads = (
        words.gettext("When"), words.gettext("What"), words.gettext("Level"),
        words.gettext("Posts in an hour"), words.gettext("Authors"), words.gettext("Usually"),
        words.gettext("Incident"),
    )  # fmt: skip
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    rows = "".join(_row(one, words, names) for one in outcome.sent)
    return _wide(f"<table><tr>{head}</tr>{rows}</table>")


def _row(sent: Sent, words: Translator, names: Names) -> str:
    warm = words.gettext("the system was still learning") if sent.warmup else ""
    level = escape(capital(level_name(sent.alarm, words)))
    cells = (
        *map(escape, _what(sent, words, names)),
        f'<i class="{sent.alarm}"></i>{level}',
        escape(words.number(sent.observed)),
        escape(words.number(sent.voices)),
        escape(few(sent.expected, words)),
        escape(sent.incident or warm or "–"),
    )
    off = ' class="off"' if sent.warmup else ""
    return f"<tr{off}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _what(sent: Sent, words: Translator, names: Names) -> tuple[str, str]:
    return words.day(sent.at), what(sent, words, names)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return _wide(f"<table><tr>{head}</tr>{body}</table>")


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in lines)}</ul>"


def _wide(content: str) -> str:
    """What is wider than a telephone scrolls by itself."""
    return f'<div class="wide">{content}</div>'
