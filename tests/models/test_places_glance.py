"""The first look at a text only saves time: what it lets go names no place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.places import Places, gazetteer, load
from models.texts import Text
from models.train import bench, synthetic

WORDS = """
рахмет үш Үш сағат жаңа Жаңа ақша жол Жол балалар су да де из в под между и в районе село
ауылы ауылында ауданы облысы қаласы жолы көшесі с. г. п. с/о р-н им. имени Т. кизил орда Орда
нур султан абай Абай облиси батыс қазақстан Қазақстан западни казахстан Алматы алматы Таразда
таразский алматылықтар Алматы-Тараз жаңа-су Rahmet rahmet jana auyly oblysy almaty Almatyda
разъезд 15 № 2 ст. обл. аула селах рыскулова Рыскулова «село» сырым Сырым қаласында auyl пос.
третий Третий октября кордай Кордай бірінші мектеп Мектепте дали Дали , . — «Рахмет»
"""
TYPES = [
    *("", "село", "с.", "с/о", "с.о.", "ауылы", "auyly", "ауданы", "район", "р-н", "пос."),
    *("г", "а.", "қ.", "станция", "көшесі", "сёла", "и"),
]
LEADS = [
    "в",
    "под",
    "из-за",
    "в рахмете и",
    "Тараз,",
    "центр",
    "село им.",
    "село имени",
    "село Т.",
    "села Т. А.",
    "село имени Ивана",
    "селах Аса и",
]
texts = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=9).map(" ".join)
homes = st.sampled_from([None, "31", "75", "61", "100000000", "431010000", "11"])


class _Thorough(Places):
    """Cuts every text into words with their places, whatever a first look says."""

    def _may_name(self, text: str, home: str | None) -> bool:
        return True


@pytest.fixture(scope="module")
def places() -> Places:
    return load()


@pytest.fixture(scope="module")
def thorough() -> Places:
    return _Thorough(gazetteer.load())


@settings(max_examples=400, deadline=None)
@given(text=texts, home=homes)
def test_the_first_look_changes_no_place(
    places: Places, thorough: Places, text: str, home: str | None
) -> None:
    found = [Text(text=text, home=home), Text(text="су жоқ", title=text, home=home)]
    assert places(found) == thorough(found)


@settings(max_examples=300, deadline=None)
@given(
    village=st.sampled_from(
        [
            "рахмет",
            "Рахмет",
            "Рахметте",
            "Жаңа жолда",
            "Дали",
            "Аса",
            "үш",
            "аса",
            "жаңа жол",
            "кызыл тан",
            "сырым",
            "аксу 2",
        ]
    ),
    before=st.sampled_from(TYPES + LEADS),
    after=st.sampled_from([*TYPES, "под Таразом", "и Үште", "между"]),
    gaps=st.tuples(*[st.sampled_from([" ", " ", "\n", ", ", "-", " «", "» "])] * 3),
    home=homes,
)
def test_a_type_word_is_seen_from_wherever_it_can_speak(
    places: Places,
    thorough: Places,
    village: str,
    before: str,
    after: str,
    gaps: tuple[str, str, str],
    home: str | None,
) -> None:
    text = f"давно{gaps[0]}{before}{gaps[1]}{village}{gaps[2]}{after} бар"
    found = [Text(text=text, home=home)]
    assert places(found) == thorough(found)


def test_the_same_of_our_own_texts(places: Places, thorough: Places) -> None:
    found = [Text(text=each.text, context=each.context) for each in synthetic.examples()[::4]]
    assert places(found) == thorough(found)


def test_what_texts_answer_is_read_once_a_batch_and_home(places: Places) -> None:
    read = []

    class Counting(Places):
        def _may_name(self, text: str, home: str | None) -> bool:
            read.append((text, home))
            return super()._may_name(text, home)

    article = "Паводок\nВ селе Жанажол вода."
    found = [Text(text="ужас", context=article, home=home) for home in ("31", None, "31", None)]
    together = Counting(gazetteer.load())(found)
    assert [pair for pair in read if pair[0] == article] == [
        (article, "310000000"),
        (article, None),
    ]
    assert together == [places([text])[0] for text in found]
    assert together[0] != together[1]


def test_most_texts_are_done_with_at_the_first_look() -> None:
    looked = []

    class Counting(Places):
        def _may_name(self, text: str, home: str | None) -> bool:
            looked.append(super()._may_name(text, home))
            return looked[-1]

    texts = [text for page in bench.pages(4) for text in page]
    named = [bool(found) for found in Counting(gazetteer.load())(texts)]
    assert sum(named) <= sum(looked) < len(texts) / 6


@pytest.mark.parametrize(
    ("text", "home", "named"),
    [
        ("су жоқ, рахмет сізге", None, False),
        ("рахмет ауылында су жоқ", None, True),
        ("В селе Рахмет нет воды", None, True),
        ("алматыда су жоқ", None, True),
        ("рахмет, алматыда су бар", None, True),
        ("село далеко, рахмет всем", None, False),
        ("нур султан", None, True),
        ("Рахмет сізге", None, False),
    ],
)
def test_a_village_in_small_letters_needs_a_word_beside_it(
    places: Places, text: str, home: str | None, named: bool
) -> None:
    assert bool(places([Text(text=text, home=home)])[0]) is named


HOSTILE = {
    "adjective without end": "Тараз село Аса " * 100 + "ская-" * 1_700,
    "adjective of one piece": "Тараз село Аса " * 100 + "ская" * 2_000,
    "spaces": "Аса ауылы. Таразская" + " " * 9_900,
    "villages with their type": "Рахмет ауылы " * 700,
    "namesakes abroad": "Кентау. Костанай. " * 500,
    "initials": "Т. " * 3_000 + "Рыскулов",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_text_is_gone_over_once_however_many_places_it_names(places: Places, text: str) -> None:
    """A pattern that each find tried from each letter would not end within the hour."""
    assert len(places([Text(text=text)])[0]) <= 10
