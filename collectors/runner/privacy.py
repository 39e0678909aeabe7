"""Personal data never reaches the log: masks for texts, pseudonyms for authors.

Masked are e-mails, phone numbers (Kazakhstan and Russia, and any international form), IIN
with checksum, bank cards with checksum, mentions of and links to persons' pages. What is
left in their place says what was there: `[phone]`. Masking twice changes nothing.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers

_EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_SPOKEN_EMAIL = re.compile(
    r"(?<![\w.+%'-])[\w.+%'-]{1,64}"
    r"(?:\s{0,3}[(\[{<]\s{0,2}(?:at|a|ат|эт|собака|собачка|@)\s{0,2}[)\]}>]\s{0,3}"
    r"|(?<=[a-zA-Z0-9])\s{1,3}(?:собака|собачка)\s{1,3}(?=[a-zA-Z0-9]))"
    r"[\w-]{1,63}(?:\s{0,3}(?:\.|[(\[{<]\s{0,2}(?:dot|точка|дот|нүкте)\s{0,2}[)\]}>]"
    r"|(?<=\s)(?:точка|дот|нүкте)(?=\s))\s{0,3}"
    r"[\w-]{2,24}){1,4}",
    re.IGNORECASE,
)
"""An address written so that machines do not find it."""
_ACCOUNT = re.compile(r"\bKZ\d{2}(?: ?[A-Z0-9]{4}){4}\b", re.IGNORECASE)
_NAMED_IIN = re.compile(r"\b((?:иин|жсн|iin)\W{0,5})\d(?:[ \u00a0-]?\d){11}(?!\d)", re.IGNORECASE)
_RUN = re.compile(
    r"\+?\(?\d(?:[\s().\-_*\u2010-\u2015/\u00a0\u202f\u00ad\u200b-\u200f\u2060\ufeff]{0,3}\d){8,}"
)
"""Digits with what people put between them, seen or not: numbers are looked for inside,
neighbours stay."""
_GLUED = re.compile(r"(?:[a-zA-Z]-?|[/=])$")
"""What stands before the numbers in an address of the web: `wall-123_45` is no phone."""
_GROUP = re.compile(r"\d+")
_REST = r"[^\s<>\"')\]]*"
_PERSON_LINK = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?(?:"
    r"vk\.(?:com|ru)/(?:id|wall|photo|video|album|albums|audios|write|friends)\d+"
    r"|ok\.ru/profile/\d+|wa\.me/\+?\d+|api\.whatsapp\.com/send/?\?phone=\+?\d+"
    r"|(?:facebook|fb)\.com/profile\.php\?id=\d+)" + _REST + r"|tg://(?:user|resolve)\?" + _REST,
    re.IGNORECASE,
)
"""What names a person by a number. Communities of VK have a minus before theirs."""
_PROFILE = re.compile(
    r"(?<![\w.@/-])(?:https?://)?(?:www\.|m\.)?(?:"
    r"(?:tiktok|youtube|threads)\.(?:com|net)/@(?P<handle>[\w.-]+)" + _REST + r"|"
    r"(?:vk\.(?:com|ru|me)|t(?:elegram)?\.me|instagram\.com|(?:facebook|fb)\.com|ok\.ru"
    r"|(?:x|twitter)\.com)/(?!(?:club|public|event|[a-z]+-)\d)(?P<name>\w[\w.]*\w)"
    r"(?!\.?[\w-])(?!/[^\s<>\"')\]?])/?(?:\?" + _REST + r")?)",
    re.IGNORECASE | re.ASCII,
)
"""The page of an account: its handle, written as a link. A post, a group, a film goes deeper."""
_VK_MENTION = re.compile(r"[\[*@](?:id\d+)(?:\||\s*\()([^\])]*)[\])]|@id\d+")
_HANDLE = re.compile(r"@([A-Za-z0-9_](?:[\w.]{0,62}\w)?)", re.ASCII)
_HANDLES = re.compile(rf"(?<![\w@/.])(?:{_HANDLE.pattern})+", re.ASCII)
"""One after the other without a space too."""
_MAYBE = re.compile(r"[@/|\d]")
_SPOKEN = re.compile(r"[(\[{<]\s{0,2}(?:at|a|ат|эт|@)\s{0,2}[)\]}>]|соба[кч]", re.IGNORECASE)
"""A text without any of both holds nothing to mask."""
_BUCKETS = (0, 100, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000)


def mask(text: str, public: frozenset[str] = frozenset()) -> tuple[str, Counter[str]]:
    """A text without personal data, and how much of what was taken out.

    `public`: handles of registered public accounts (lower case, without @), which stay.
    """
    found: Counter[str] = Counter()
    spoken = _SPOKEN.search(text)
    if not (spoken or _MAYBE.search(text)):
        return text, found

    def out(what: str) -> str:
        found[what] += 1
        return f"[{what}]"

    text = _EMAIL.sub(lambda m: out("email"), text)
    if spoken:
        text = _SPOKEN_EMAIL.sub(lambda m: out("email"), text)
    text = _PERSON_LINK.sub(lambda m: out("user"), text)
    text = _VK_MENTION.sub(lambda m: out("user"), text)

    def handle(one: re.Match[str]) -> str:
        name = next(group for group in one.groups() if group)
        return one.group() if name.lower() in public else out("user")

    text = _PROFILE.sub(handle, text)

    text = _HANDLES.sub(lambda chain: _HANDLE.sub(handle, chain.group()), text)
    text = _NAMED_IIN.sub(lambda m: m.group(1) + out("iin"), text)
    text = _ACCOUNT.sub(lambda m: out("account"), text)
    return _RUN.sub(lambda m: _run(m, out), text), found


def _run(found: re.Match[str], out: Callable[[str], str]) -> str:
    """A run of digits; behind letters of an address `_` joins names, not parts of a number."""
    if "_" in found.group() and _GLUED.search(
        found.string, max(0, found.start() - 2), found.start()
    ):
        return "_".join(_numbers(part, out) for part in found.group().split("_"))
    return _numbers(found.group(), out)


def _numbers(run: str, out: Callable[[str], str]) -> str:
    """A run of digit groups with every number of a person inside of it masked."""
    groups = list(_GROUP.finditer(run))
    kept: list[str] = []
    at = first = 0
    while first < len(groups):
        hit = _number_at(run, groups, first)
        if hit is None:
            first += 1
            continue
        what, last = hit
        start = groups[first].start()
        while start > at and run[start - 1] in "+(":
            start -= 1
        kept += run[at:start], out(what)
        at, first = groups[last].end(), last + 1
    return "".join((*kept, run[at:]))


def _number_at(run: str, groups: list[re.Match[str]], first: int) -> tuple[str, int] | None:
    """What begins with a group, and the group it ends with; the longest reading wins."""
    digits: list[int] = []
    best: tuple[str, int] | None = None
    for last in range(first, len(groups)):
        digits += map(int, groups[last].group())
        if len(digits) > 19:
            break
        start = groups[first].start()
        plus = "+" in run[max(0, start - 2) : start]
        what = _what(digits, plus)
        best = (what, last) if what else best
    return best


def _what(digits: list[int], plus: bool) -> str | None:
    if len(digits) == 12 and is_iin(digits):
        return "iin"
    if len(digits) >= 13 and is_card(digits):
        return "card"
    return "phone" if is_phone(digits, plus) else None


def is_iin(digits: list[int]) -> bool:
    """Twelve digits that can be an individual's number: a date, a century, the checksum.

    Numbers of companies (BIN) have the same checksum and no date; they are public and stay.
    """
    month, day = digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]
    if not (1 <= month <= 12 and 1 <= day <= 31 and digits[6] <= 6):
        return False
    check = sum(d * w for d, w in zip(digits[:11], range(1, 12), strict=True)) % 11
    if check == 10:
        weights = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
        check = sum(d * w for d, w in zip(digits[:11], weights, strict=True)) % 11
    return check == digits[11]


def is_card(digits: list[int]) -> bool:
    """Luhn's check."""
    doubled = [(0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[d] for d in digits[-2::-2]]
    total = sum(doubled) + sum(digits[-1::-2])
    return len(set(digits)) > 1 and total % 10 == 0


def is_phone(digits: list[int], plus: bool) -> bool:
    """Whether digits are a number one can call, as written in Kazakhstan and Russia."""
    home = len(digits) == 10 or (len(digits) == 11 and digits[0] in (7, 8))
    if not home and not (plus and 8 <= len(digits) <= 15):
        return False
    try:
        written = "".join(map(str, digits))
        number = phonenumbers.parse(f"+{written}" if plus else written, "KZ")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def leads_to_person(url: str, public: frozenset[str] = frozenset()) -> bool:
    """Whether a link names a person: a page of one, a phone, an address. `public`: as above."""
    profiles = (one["handle"] or one["name"] for one in _PROFILE.finditer(url))
    named = any(name.lower() not in public for name in profiles)
    return bool(named or _PERSON_LINK.search(url) or _EMAIL.search(url))


def bucket(followers: int) -> int:
    """The lower bound of a private person's number of followers."""
    return max(b for b in _BUCKETS if b <= max(followers, 0))


@dataclass(frozen=True)
class Veil:
    """The key of the pseudonyms. Destroying the key of an epoch can not be undone."""

    key: bytes
    epoch: str = "a1"
    public: frozenset[str] = frozenset()
    """Handles of the public register: their mentions stay readable."""

    def pseudonym(self, platform: str, author: str) -> str:
        """One-way name of an author: the same for the same author, key and epoch."""
        return f"{self.epoch}:{self._hash(platform, author)[:26]}"

    def hide(self, platform: str, author: str, identity: str) -> str:
        """An identity in which the author's id, where it stands alone, is a hash."""
        if len(author) < 5:  # ids this short are not ids of persons; a post may be called so
            return identity
        beside = r"\d" if author.isdecimal() else "[A-Za-z0-9]"
        token = rf"(?<!{beside}){re.escape(author)}(?!{beside})"
        return re.sub(token, f"h{self._hash(platform, author)[:16]}", identity)

    def unnamed(self, platform: str, identity: str) -> str:
        """An identity without personal data: where some is in it, a hash keeps it apart."""
        masked, found = mask(identity, self.public)
        return f"{masked}~h{self._hash(platform, identity)[:16]}" if found else identity

    def _hash(self, platform: str, author: str) -> str:
        message = f"{platform}\0{author}".encode("utf-8", "surrogatepass")
        return base64.b32encode(hmac.digest(self.key, message, "sha256")).decode().lower()
