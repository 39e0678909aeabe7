"""Which column is which, where nobody said so yet: by what systems of appeals call them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collectors.tables.appeals import fold

_CALLED: Mapping[str, tuple[str, ...]] = {
    "id": (
        "номер обращения", "номер заявки", "регистрационный номер", "рег. номер", "№ обращения",
        "№ заявки", "номер", "id", "appeal_id", "өтініш нөмірі", "тіркеу нөмірі", "нөмірі", "нөмір",
    ),
    "text": (
        "текст обращения", "содержание обращения", "описание обращения", "суть обращения", "текст",
        "содержание", "описание", "сообщение", "text", "message", "description", "өтініш мәтіні",
        "мәтіні", "мәтін", "мазмұны", "сипаттамасы",
    ),
    "published": (
        "дата регистрации", "дата обращения", "дата подачи", "дата создания", "дата и время",
        "дата поступления", "создано", "дата", "created_at", "created", "date", "тіркелген күні",
        "өтініш күні", "күні", "уақыты",
    ),
    "updated": ("дата изменения", "изменено", "updated_at", "updated", "өзгертілген күні"),
    "channel": (
        "канал поступления", "канал обращения", "источник обращения", "способ подачи", "канал",
        "источник", "channel", "source", "арна", "келу арнасы", "түсу арнасы",
    ),
    "appeal": (
        "вид обращения", "тип обращения", "тип", "вид", "type", "өтініш түрі", "түрі", "түр",
    ),
    "place": (
        "район", "населенный пункт", "населённый пункт", "город", "местоположение", "district",
        "place", "kato", "като", "аудан", "елді мекен", "қала",
    ),
    "title": ("тема", "заголовок", "title", "subject", "тақырыбы", "тақырып"),
    "lat": ("широта", "lat", "latitude", "ендік"),
    "lon": ("долгота", "lon", "lng", "longitude", "бойлық"),
}  # fmt: skip
"""Our fields to names of columns, the most telling first. Names, phones and addresses of people
are not among them: they are not read unless somebody asks for them."""


def columns_of(header: Sequence[str]) -> dict[str, str]:
    """Our field to the column that is most likely meant; each column at most once."""
    free = {fold(name).strip(" :*"): name for name in reversed(header) if name}
    found: dict[str, str] = {}
    for field, names in _CALLED.items():
        called = next((name for name in names if name in free), None)
        if called is not None:
            found[field] = free.pop(called)
    return found
