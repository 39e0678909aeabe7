"""The taxonomy: complete, in three languages, and clear about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import taxonomy
from models.weights import ARTIFACTS, load
from rezonans.troubles import Invalid
from sinks.names import names, topics

CODES = """
water heating electricity gas housing waste ecology roads transport health education social
prices jobs land emergency order animals services corruption culture politics other
"""


def test_all_codes_have_names_and_a_group() -> None:
    found = taxonomy.load()
    assert sorted(found.topics) == sorted(CODES.split())
    assert found.name("water", "kk") == "Су және кәріз"
    assert found.name("water", "ru") == "Вода и канализация"
    assert found.name("water", "en") == "Water and sewerage"
    assert found.name("unheard", "ru") == "unheard"


def test_the_head_knows_no_other_codes() -> None:
    manifest, _ = load(ARTIFACTS / "topic")
    assert sorted(manifest.classes) == sorted(CODES.split())


GROUP = "[groups.x]\nru='а'\nkk='ә'\nen='a'\n"
TOPIC = "group='x'\nru='а'\nkk='ә'\nen='a'\n"


def test_every_topic_has_examples_and_who_answers() -> None:
    found = taxonomy.packaged()
    for code, topic in found.topics.items():
        assert len(topic.examples) >= 2, code
        assert code == "other" or found.authority(code, "kk"), code
    assert found.authority("health", "ru") == "Управление здравоохранения"
    assert found.authority("health", "kk") == "Денсаулық сақтау басқармасы"
    assert found.authority("other", "ru") is None
    assert found.authority("unheard", "ru") is None


def test_examples_are_in_both_languages() -> None:
    for code, topic in taxonomy.packaged().topics.items():
        kazakh = [one for one in topic.examples if set(one.lower()) & set("әғқңөұүһі")]
        assert 0 < len(kazakh) < len(topic.examples), code


def test_topics_of_groups_and_of_authorities() -> None:
    found = taxonomy.packaged()
    assert found.of(("safety",)) == ["emergency", "order", "animals"]
    assert found.of(authorities=("roads",)) == ["roads", "transport"]
    assert found.of(("safety",), ("social",)) == ["social", "jobs", "emergency", "order", "animals"]
    assert found.of() == found.of(("unheard",)) == []
    assert sorted(found.of(found.groups)) == sorted(found.topics)


def test_a_taxonomy_of_ones_own_is_compared_with_the_weights(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    unused = GROUP.replace("x", "empty").replace("'а'", "'б'").replace("'ә'", "'б'")
    snow = TOPIC.replace("'а'", "'қар'").replace("'ә'", "'қар'").replace("'a'", "'snow'")
    unused = unused.replace("'a'", "'b'")
    text = f"{GROUP}{unused}[topics.water]\n{TOPIC}[topics.snow]\n{snow}"
    path.write_text(text, "utf-8-sig")
    own = taxonomy.load(path)
    unheard, nameless, empty = taxonomy.differences(own, ["water", "gas"])
    assert unheard.startswith("topics.snow: the weights do not know it")
    assert nameless.startswith("topics.gas: the weights may say it")
    assert empty.startswith("groups.empty: no topic is of it")
    assert topics("kk", own) == {"water": "ә", "snow": "қар"}
    assert names("ru", own).topic("gas") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[groups", r"taxonomy\.toml: not TOML: .*line 1"),
        (f"{GROUP}[topics.water]\n{TOPIC}[topics.water]\n{TOPIC}", "not TOML: .*line 10"),
        (f"{GROUP}[topics.water]\n{TOPIC}ru='б'", "not TOML: .*line 10"),
        (
            f"{GROUP}[topics.gas]\ngroup='x'\nru='а'\nkk='ә'",
            'topics.gas: no name in English; add en = "..."',
        ),
        (
            f"{GROUP}[topics.gas]\nru='а'\nkk='ә'\nen='a'",
            'topics.gas: no group; add group = "CODE"',
        ),
        (
            f"{GROUP}[topics.gas]\n{TOPIC}colour='red'",
            "topics.gas: unknown key 'colour', one of: ru, kk",
        ),
        (
            f"{GROUP}[topics.gas]\n{TOPIC}examples='газ'",
            "topics.gas: examples is not a list of texts",
        ),
        (
            f"{GROUP}[topics.gas]\n{TOPIC}examples=[1]",
            "topics.gas: examples is not a list of texts",
        ),
        (
            f"{GROUP}[topics.gas]\ngroup=1\nru=2\nkk='ә'\nen='a'",
            "gas: ru is not a text.*group is not a",
        ),
        (
            f"{GROUP}[topics.a]\n{TOPIC}[topics.b]\n{TOPIC}",
            "topics.b: ru = 'а' is the name of topics.a",
        ),
        (
            f"{GROUP}[topic.gas]\n{TOPIC}",
            r"topic: unknown section, one of: .*no topics; write tables",
        ),
        (f"{GROUP}[topics]\nwater='Вода'", r"topics.water: not a table; write \[topics.water\]"),
        ("topics=1\n[groups]", r"topics: not a table; write \[topics.CODE\]"),
        ("[groups]\n[topics]\n" + "".join(f"[topics.t{n}]\n" for n in range(3)), "and 7 more"),
        ("[groups]\n[topics.water]\ngroup='x'\nru='а'\nkk='ә'\nen='a'", "water: group 'x' is not"),
        ("[groups]\n[topics.water]\ngroup='x'\nru='а'\nen='a'", "water: no name in Kazakh; add kk"),
        ("[groups.x]\nru='а'\nkk='ә'\nen='a'\ncolour='red'\n[topics]", "colour"),
        (f"{GROUP}[topics.'Вода']\n{TOPIC}", "topics.Вода: write the code in small Latin"),
        (f"{GROUP}[topics.water]\n{TOPIC}authority='who'", "'who' is not one of: none is defined"),
        (f"{GROUP}[topics.water]\ngroup='x'\nru=' '\nkk='ә'\nen='a'", "water: a name is empty"),
        (
            f"{GROUP}[topics.water]\ngroup='x'\nru='{'а' * 121}'\nkk='ә'\nen='a'",
            "ru has 121 letters",
        ),
        (f"{GROUP}[topics.water]\ngroup='x'\nru='а\u202eб'\nkk='ә'\nen='a'", r"sign \(U\+202E\)"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "taxonomy.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Invalid, match=message):
        taxonomy.load(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="No such file"):
        taxonomy.load(tmp_path / "taxonomy.toml")


def test_a_file_of_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.toml"
    path.write_bytes(GROUP.encode("utf-8") + "[topics.water] # вода".encode("cp1251"))
    with pytest.raises(Invalid, match=r"taxonomy\.toml: line 5 is not UTF-8; save the file as"):
        taxonomy.load(path)
