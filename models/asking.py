"""Words by which a question asks for something to know, not to blame.

Comments under the news are full of questions that want no answer, so the head is believed in a
question only where it is next to certain. Who writes to an authority asks where to go, what it
costs, when it opens: with such words the head is believed earlier. Measured in `docs/models.md`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FROM = 0.5
"""Probability from which on a question that asks in so many words is shown as one."""

_RUSSIAN = (
    r"подскаж",
    r"скажите (?:, )?(?:пожалуйста|пожалуста|пжл|плиз)",
    r"кто[ -]?(?:нибудь|то|нить)? (?:знает|в курсе)",
    r"не знаете",
    r"куда (?:\w+ )?(?:обратиться|обращаться|звонить|позвонить|писать|сообщить|идти)",
    r"где (?:можно|взять|получить|посмотреть|узнать|найти|находится)",
    r"как (?:можно|получить|запис|оформить|узнать|попасть|подать|зарегистр|проехать|доехать)",
    r"как (?:пройти|связаться|помочь)",
    r"как(?:ие|ой|ая|ое|их) (?:нужн|документ|номер|телефон|адрес|график|срок|размер|сумм)",
    r"во сколько|до скольки|со? скольки",
    r"сколько (?:сейчас |теперь |будет )?(?:сто[ия]т|времени|дней|человек|лет)",
    r"(?:можно|есть|будет|будут|нужно|надо|правда|положен[оа]?) ли\b",
    r"(?:могут|может|действует|работает) ли\b",
    r"как(?:ого|ому) числ[ау]",
    r"когда (?:откро|начн|начина|будет|будут|включат|дадут|выплат|состо|заработа|закро)",
    r"кому (?:положен|можно|нужно|выплач)",
)
_KAZAKH = (
    r"айтып жібер|айта аласы|айтыңыз|білесі[зң]|білетін|білмейсі[зң]",
    r"қайда (?:хабар|бара|бару|барса|жүгін|өтініш|орналас|тіркел)",
    r"қайдан (?:ал|көр|біл|таб)",
    r"қалай (?:тірке|ал|бар|жаз|рәсімде|толтыр|көмектес|жібер)",
    r"қандай құжат",
    r"қанша (?:тұрады|теңге)|неше теңге|нешеде\b|нешеге дейін",
    r"(?:бола|болады|жүре|істей|береді|бере|аша|ашыла|келе|кіре) (?:ма|ме)\b",
    r"рас па\b|керек пе\b|мүмкін бе\b",
    r"кімдерге|кімге (?:беріл|тиесілі)",
    r"қашан (?:аш|баст|түс|бер|бол|төлен)",
    r"қай күні|қай жерде",
)
_ASKS = re.compile(rf"\b(?:{'|'.join((*_RUSSIAN, *_KAZAKH))})")


def asks(tokens: Sequence[str]) -> bool:
    """Whether a text asks for something to know in so many words; tokens of `texts.tokens`."""
    return _ASKS.search(" ".join(tokens)) is not None
