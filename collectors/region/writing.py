"""How people write what they mean: Kazakh without its letters or in Latin, haste, emoji."""

from __future__ import annotations

from collectors.region.templates import Dice

_RUSSIAN_KEYS = str.maketrans("әіңғүұқөһӘІҢҒҮҰҚӨҺ", "аингуукохАИНГУУКОХ")
_LATIN = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhye", strict=True)),
        **dict(zip("әіңғүұқөһ", "ainguuqoh", strict=True)),
        **{"ж": "j", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "yu", "я": "ya", "ё": "yo"},
        **{"ъ": "", "ь": ""},
    }
)
_COLD = ("😡", "😢", "🙏", "🤦", "👎", "😱", "❗️", "😔")
_WARM = ("😊", "👍", "🙏", "❤️", "👏")


def kushti(text: str) -> str:
    """Kazakh typed on a Russian keyboard: «күшті» becomes «кушти»."""
    return text.translate(_RUSSIAN_KEYS)


def latin(text: str) -> str:
    """Kazakh in the Latin of chats, lower case: «неге су жоқ» becomes "nege su joq"."""
    return text.lower().translate(_LATIN)


def typed(text: str, dice: Dice, *, warm: bool) -> str:
    """The same text as a hurried or an angry person leaves it."""
    habit = dice.roll(100)
    if habit < 14:
        text = text[:1].lower() + text[1:].rstrip(".")
    elif habit < 20:
        text = text.replace(",", "").lower()
    elif habit < 25:
        text = text.rstrip(".!") + "!" * (2 + dice.roll(4))
    elif habit < 28:
        text = text.upper()
    return text + " " + dice.one(_WARM if warm else _COLD) if 30 <= habit < 37 else text


def sentence(text: str) -> str:
    """With a capital letter at the start, whatever slot came first."""
    return text[:1].upper() + text[1:]
