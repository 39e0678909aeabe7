"""Whether two names that people typed are one person's: what looks alike is alike."""

from __future__ import annotations

import unicodedata

# Letters and digits that are drawn alike in some case or font, small, to one of them. Those of
# Kazakh are folded into their Russian neighbours: many type their name both ways.
_ALIKE = str.maketrans(
    "abcehiklmoptxyjs0136|αβεικνορτυχїıәғһқңөұүѕјԛԝ",
    "авсенікімортхујѕоізбіавеіквортухііагнкноууѕјԛԝ",
)


def person(name: str) -> str:
    """A key of who is behind a name: the same for «Иван», "ИВАН ", «Ивaн» with a Latin letter, and
    one with accents or characters that nobody sees.

    For counting voices only: two who differ by no more than that count as one, which is the
    safe mistake. It is never shown.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    heard = "".join(each for each in plain if each.isalnum() or each == "|").translate(_ALIKE)
    drawn = (each for each in plain if unicodedata.category(each) not in ("Cf", "Mn", "Zs", "Cc"))
    return heard or "".join(drawn)
