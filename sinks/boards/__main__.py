"""`python -m sinks.boards` writes everything that Grafana is provisioned from."""

from __future__ import annotations

from collections.abc import Iterator

from sinks.boards import FOLDER, dashboards, provision


def files() -> Iterator[tuple[str, str]]:
    """Path under `deploy/grafana` and text of every file that is written."""
    yield from dashboards.files()
    yield from provision.files()


def main() -> None:
    written = dict(files())
    for path, text in written.items():
        place = FOLDER / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    print(f"wrote {len(written)} files into {FOLDER}")


if __name__ == "__main__":
    main()
