"""What systems of appeals call the types of appeals, in Russian and Kazakh."""

from __future__ import annotations

from typing import get_args

from rezonans.records import Appeal

_SPOKEN: dict[str, Appeal] = {
    "консультация": "question",
    "консультации": "question",
    "вопрос": "question",
    "вопросы": "question",
    "запрос": "question",
    "кеңес": "question",
    "кеңес беру": "question",
    "консультациялар": "question",
    "сұрақ": "question",
    "сұрақтар": "question",
    "сұрау салу": "question",
    "инцидент": "incident",
    "инциденты": "incident",
    "оқиға": "incident",
    "оқиғалар": "incident",
    "инциденттер": "incident",
    "жалоба": "complaint",
    "жалобы": "complaint",
    "шағым": "complaint",
    "шағымдар": "complaint",
    "предложение": "suggestion",
    "предложения": "suggestion",
    "ұсыныс": "suggestion",
    "ұсыныстар": "suggestion",
    "благодарность": "gratitude",
    "благодарности": "gratitude",
    "алғыс": "gratitude",
    "алғыстар": "gratitude",
    "ризашылық": "gratitude",
}
_OURS: dict[str, Appeal] = {name: name for name in get_args(Appeal)}
APPEALS = _SPOKEN | _OURS


def fold(name: str) -> str:
    """A name as it is compared: letters small, spaces single."""
    return " ".join(name.casefold().split())
