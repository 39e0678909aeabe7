"""One record of a table into one post, or the place and reason why not. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from collectors.runner.text import shorten
from collectors.tables.appeals import APPEALS, fold
from collectors.tables.form import Form, cells
from rezonans.records import Appeal, Geo, Post

Precision = Literal["second", "minute", "day"]

FIELDS = (
    "id",
    "text",
    "published",
    "channel",
    "appeal",
    "place",
    "title",
    "url",
    "author",
    "context",
    "updated",
    "lat",
    "lon",
)
_KATO = re.compile(r"\d{2}(\d{7})?")
_SLACK = timedelta(days=1)
"""A date this far ahead of the reading is a clock or a day without a time; later is wrong."""


class Bad(Exception):
    """A record that is no post: `column` (a name of the file, or empty) and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


class Reading(NamedTuple):
    """What the settings say about the rows of a file."""

    system: str
    """Whose appeals these are: part of every identity."""
    legal_basis: str
    columns: Mapping[str, str]
    """Field of ours to column of the file."""
    appeals: Mapping[str, Appeal]
    """Folded name of a type to ours."""
    date_formats: tuple[str, ...]
    time_zone: ZoneInfo
    home: str | None


def appeals_with(own: Mapping[str, Appeal]) -> dict[str, Appeal]:
    """The names that everyone uses, and over them those of the settings."""
    return {fold(name): kind for name, kind in (APPEALS | dict(own)).items()}


def post_of(raw: bytes, form: Form, reading: Reading, now: datetime, revision: int) -> Post:
    """The post of one record; `Bad` where it can not be one. `now`: when the file was read."""
    values = _values(_text(raw, form), form)
    row = {field: cell_of(values, column) for field, column in reading.columns.items()}
    name = _required(row, "id", reading)
    published, precision = _date(row, "published", reading, now)
    updated, _ = _date(row, "updated", reading, now)
    # what an older export said at the same moment must not win over a newer one
    revision = max(revision, int(updated.timestamp() * 1000) if updated else 0)
    home, context = _place(row, reading)
    return Post(
        item=f"file:{reading.system}:{name}",
        kind="appeal",
        revision=revision,
        published_at=published or now,
        published_precision=precision,
        published_origin="platform" if published else "first_seen",
        edited_at=updated,
        observed_at=now,
        legal_basis=reading.legal_basis,
        channel=row.get("channel") or reading.system,
        stated_appeal=_appeal(row, reading),
        context=context,
        author=row.get("author"),
        author_kind="person" if row.get("author") else "anonymous",
        text=_required(row, "text", reading),
        title=row.get("title"),
        url=row.get("url"),
        geo=_geo(row, reading),
        home=home,
    )


def values_of(raw: bytes, form: Form) -> Mapping[str, Any] | None:
    """A record by its columns; `None` where it can not be one."""
    try:
        return _values(_text(raw, form), form) if raw.strip() else None
    except Bad:
        return None


def _text(raw: bytes, form: Form) -> str:
    try:
        return raw.decode(form.encoding).strip("\r\n")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode(form.encoding, errors="replace")
        cell = before.count(form.separator) if form.header else -1
        column = form.header[cell] if 0 <= cell < len(form.header) else ""
        at = error.start + 1
        raise Bad(
            column,
            f"byte {at} of the row is no {form.encoding}: damaged text; export it again, or set "
            "encoding where the whole file is in another",
        ) from None


def _values(text: str, form: Form) -> Mapping[str, Any]:
    if form.format == "jsonl":
        return _object(text)
    try:
        row = cells(text, form.separator)
    except ValueError as error:
        raise Bad("", f"the row is broken ({error}): correct its quotes") from None
    if form.sheet:  # cells at the end of a row that are empty are not there
        row = (row + [""] * len(form.header))[: len(form.header)]
    if len(row) != len(form.header):
        last = form.header[min(len(row), len(form.header)) - 1]
        raise Bad(
            last,
            f"{len(row)} cells in a table of {len(form.header)} columns: a separator in a text "
            "needs quotes around it, a line end too",
        )
    return dict(zip(form.header, row, strict=True))


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise Bad("", f"the line is no JSON ({error}): export it again") from None
    if not isinstance(value, dict):
        raise Bad("", "the line is no JSON object: one appeal a line, in braces")
    return value


def cell_of(values: Mapping[str, Any], column: str) -> str | None:
    """A cell as text; `a.b` reaches into objects where no key is called so."""
    value: Any = values.get(column)
    if value is None and "." in column:
        head, _, rest = column.partition(".")
        inner = values.get(head)
        return cell_of(inner, rest) if isinstance(inner, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _required(row: Mapping[str, str | None], field: str, reading: Reading) -> str:
    value = row.get(field)
    if not value:
        raise Bad(reading.columns[field], f"is empty, and a row needs its {field}: fill it in")
    return value


def _appeal(row: Mapping[str, str | None], reading: Reading) -> Appeal | None:
    stated = row.get("appeal")
    if not stated:
        return None
    try:
        return reading.appeals[fold(stated)]
    except KeyError:
        # the value is not repeated: in a row that has slipped it may be anything
        raise Bad(
            reading.columns["appeal"], "not a known type of appeal; name it in appeal_map"
        ) from None


def _date(
    row: Mapping[str, str | None], field: str, reading: Reading, now: datetime
) -> tuple[datetime | None, Precision]:
    written = row.get(field)
    if not written:
        return None, "second"
    at, precision = _read_date(written, reading)
    if at is not None and precision == "day":
        # noon keeps the day the same one in UTC
        at = max(at, min(at + timedelta(hours=12), now))
    if at is None:
        forms = ", ".join(reading.date_formats)
        raise Bad(
            reading.columns[field],
            f"not a date in any of date_formats ({forms}): add its form to them",
        )
    if at > now + _SLACK:
        raise Bad(reading.columns[field], "a date in the future: correct it, or date_formats")
    if at.year < 1990:
        raise Bad(reading.columns[field], "a date before 1990: correct it, or date_formats")
    return at, precision


def _read_date(written: str, reading: Reading) -> tuple[datetime | None, Precision]:
    for form in reading.date_formats:
        try:
            at = datetime.strptime(written, form)  # noqa: DTZ007 - the zone is put in below
            return _utc(at, reading.time_zone), _precision(form)
        except ValueError:
            continue
    try:
        at = datetime.fromisoformat(written)
        return _utc(at, reading.time_zone), _precision_of(written)
    except ValueError:
        return None, "second"


def _precision_of(iso: str) -> Precision:
    return "second" if len(iso) > 16 else "minute" if len(iso) > 10 else "day"


def _utc(at: datetime, zone: ZoneInfo) -> datetime:
    try:
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError(at) from None


def _precision(form: str) -> Precision:
    if "%H" not in form and "%I" not in form:
        return "day"
    return "second" if "%S" in form else "minute"


def _place(row: Mapping[str, str | None], reading: Reading) -> tuple[str | None, str | None]:
    """Home and context. A KATO code is a home; a name is evidence for the reader of places,
    and stands in the context where that is empty."""
    stated, context = row.get("place"), row.get("context")
    if stated and _KATO.fullmatch(stated):
        return stated, context
    return reading.home, shorten(context or stated or "", 200) or None


def _geo(row: Mapping[str, str | None], reading: Reading) -> Geo | None:
    if not row.get("lat") or not row.get("lon"):
        return None
    try:
        lat, lon = (float(str(row[name]).replace(",", ".")) for name in ("lat", "lon"))
    except ValueError:
        raise Bad(
            reading.columns["lat"], "not a number of degrees: write it like 43.2389"
        ) from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Bad(
            reading.columns["lat"], "not a place on Earth: are lat and lon the right columns?"
        )
    return Geo(lat=lat, lon=lon)
