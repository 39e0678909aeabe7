"""Table 2 of S1 as an export: the year 2020 of a 109 service, 80,758 appeals of five types.

The sixth line of the printed table, «Мобильное приложение 27», is a channel and no type.
Texts are ours; numbers of appeals rise; dates are spread over the year.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

from rezonans.records import Appeal

TABLE2: dict[Appeal, int] = {
    "question": 64_337,
    "incident": 14_411,
    "complaint": 1_202,
    "suggestion": 701,
    "gratitude": 107,
}
TOTAL = 80_758
MOBILE = "Мобильное приложение"
MOBILE_ROWS = 27

NAMES: dict[Appeal, str] = {
    "question": "Консультации",
    "incident": "Инциденты",
    "complaint": "Жалобы",
    "suggestion": "Предложения",
    "gratitude": "Благодарность",
}
CHANNELS = ("Звонок", "WhatsApp", "Telegram", "Instagram")
TEXTS: dict[Appeal, tuple[str, ...]] = {
    "question": (
        "Как записать ребёнка в детский сад?",
        "Подскажите график приёма в районном акимате",
        "Куда обращаться за справкой о составе семьи; нужна до пятницы",
    ),
    "incident": (
        "Прорвало трубу, вода идёт по дороге",
        "Во дворе упало дерево, проезд закрыт",
        "Не горит освещение на остановке",
    ),
    "complaint": (
        "Третью неделю не вывозят мусор",
        "Автобус не приходит по расписанию, ждали больше часа",
    ),
    "suggestion": ("Поставьте скамейки у поликлиники", 'Сделайте переход у школы "Болашак"'),
    "gratitude": ("Спасибо бригаде, свет дали за час",),
}
COLUMNS = {
    "id": "Номер",
    "published": "Дата",
    "appeal": "Тип",
    "channel": "Канал",
    "text": "Текст",
}


def write_table2(path: Path) -> None:
    """The export in cp1251 with `;`, as the systems of akimats write it."""
    with path.open("w", encoding="cp1251", newline="") as file:
        file.write("Номер;Дата;Тип;Канал;Текст\r\n")
        for number, (appeal, text) in enumerate(_rows(), 1):
            at = datetime(2020, 1, 1) + timedelta(seconds=number * 390)  # noqa: DTZ001 - as written
            # one row in 2,900, up to the 27 of the printed table
            mobile = number % 2_900 == 0 and number // 2_900 <= MOBILE_ROWS
            channel = MOBILE if mobile else CHANNELS[number % len(CHANNELS)]
            quoted = text.replace('"', '""')
            file.write(
                f'{number:06d};{at:%d.%m.%Y %H:%M:%S};{NAMES[appeal]};{channel};"{quoted}"\r\n'
            )


def _rows() -> Iterator[tuple[Appeal, str]]:
    for appeal, count in TABLE2.items():
        for _, text in zip(range(count), cycle(TEXTS[appeal]), strict=False):
            yield appeal, text
