"""Clubs and firms that bear the name of their town: «Тараз обыграл Кайрат», «Астана Моторс»."""

from __future__ import annotations

import re

from models.places.tokens import Find, Scanned

_NEAR = 45
"""Characters around a name in which a word of sport makes it a club."""
_SPORT = re.compile(
    r"\bобыгра|\bпроигр[аы]|\bвничью|\bматч\w*|\bзабил\w*|\bвылет(?:ел|ит)\w* из|\bсыгра(?:л|ет)\b"
    r"|(?<![\d:])\d\s?:\s?\d(?![\d:])|\bсо сч[её]том|премьер-лиг|\bвратар|\bфутболист|\bхоккеист"
    r"|\bжеңді\b|\bжеңілді\b|\bұтылды\b|\bматчы?\b|\bесебімен\b",
    re.IGNORECASE,
)
_WON = re.compile(
    r"\bобыгра|\bпроигр[аы]|\bвничью|\bсыгра(?:л|ет)\b|\bсо сч[её]том"
    r"|(?<![\d:])\d\s?:\s?\d(?![\d:])|\bжеңді\b|\bжеңілді\b|\bұтылды\b|\bесебімен\b",
    re.IGNORECASE,
)
"""What is said of clubs alone, so that «обыграл Астану» is one as well."""
_PLAYER = re.compile(
    r"(?:экс-)?(?:голкипер|вратар|тренер|защитник|полузащитник|нападающ|форвард|игрок|болельщик|фанат)\w*"
)
_CLUB_NAMES = (
    "кайрат қайрат барыс иртыш ордабасы тобол шахтер шахтёр окжетпес кайсар қайсар арлан номад "
    "бейбарыс горняк кызылжар қызылжар елимай елімай женис жеңіс kairat barys tobol"
)
_FIRM_NAMES = (
    "моторс motors пауэр power банк банка банке банку банком bank групп груп group холдинг "
    "инвест invest строй тауэр тауэрс tower towers плаза plaza молл mall сити city арена арене "
    "арены арену arena экспо expo хаб hub трейд trade сервис service медиа media тв tv таймс times "
    "хаус house хиллс hills энерго су жарық жылу опера опере оперы opera балет ballet телеком "
    "telecom pro про fm экспресс express ойл oil газ gas мунай мұнай финанс finance лизинг хлеб нан"
)
"""What a firm is called by behind the name of its town: «Астана Моторс»."""
_CLUBS, _FIRMS = frozenset(_CLUB_NAMES.split()), frozenset(_FIRM_NAMES.split())


def club(scanned: Scanned, find: Find) -> bool:
    """«Тараз обыграл Кайрат», «вратарь Астаны», «Барыс Астана»: no preposition, sport beside."""
    placed = find.manner == "locative" or find.before in ("in", "by", "brand")
    if placed or not find.capital:
        return False
    beside = [at for at in (find.first - 1, find.last + 1) if 0 <= at < len(scanned.tokens)]
    if find.manner == "exact" and any(_firm_or_club(scanned, find, at) for at in beside):
        return True
    if find.first and _PLAYER.fullmatch(scanned.tokens[find.first - 1].low):
        return scanned.gap(find.first - 1, find.first) == " "
    around = scanned.text[max(0, find.start - _NEAR) : find.end + _NEAR]
    return (_SPORT if find.manner == "exact" else _WON).search(around) is not None


def _firm_or_club(scanned: Scanned, find: Find, at: int) -> bool:
    """Whether the token beside makes one name with it: «Кайрат Алматы», «Алматы Пауэр»."""
    token, text = scanned.tokens[at], scanned.text
    if not text[token.start].isupper() or _gap(scanned, find, at) != " ":
        return False
    firm = at > find.last and token.low in _FIRMS and not text[find.start : find.end].isupper()
    return firm or token.low in _CLUBS


def _gap(scanned: Scanned, find: Find, at: int) -> str:
    """What stands between a find and the token beside it."""
    left = at if at < find.first else find.last
    return scanned.gap(left, left + 1)
