"""What a simulated region is, and how busy it is at a given moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256

OFFSET_SECONDS = 5 * 3600
"""Asia/Almaty, without summer time since 2024."""
CARRY_BLOCKS = 18
"""A cluster that starts in a block has ended this many blocks later."""
POSTS_PER_SPARK = 1.4
COMMENTS = {"vk": 2.4, "instagram": 2.6, "telegram": 2.2, "facebook": 2.0, "news": 4.0, "109": 0.0}
"""Mean number of comments under a post, by channel."""
CHANNELS = {
    "vk": 0.24,
    "instagram": 0.30,
    "telegram": 0.20,
    "facebook": 0.10,
    "news": 0.06,
    "109": 0.10,
}
CHATTER = 0.34
"""Part of the conversations that are about nothing a centre works on."""
HOURS = (
    *(0.35, 0.20, 0.12, 0.09, 0.09, 0.14, 0.35, 0.70, 1.00, 1.20, 1.30, 1.30),
    *(1.25, 1.20, 1.20, 1.20, 1.25, 1.35, 1.50, 1.65, 1.70, 1.60, 1.20, 0.70),
)
WEEKDAYS = (1.06, 1.06, 1.05, 1.03, 1.00, 0.88, 0.92)
_HOUR_MEAN = sum(HOURS) / 24
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass(frozen=True)
class World:
    """The numbers that decide every post of the everyday stream."""

    seed: int
    region: str
    posts_per_day: int
    late_share: float = 0.0
    """Part of the posts that show up minutes after they were published."""

    @cached_property
    def block_ms(self) -> int:
        """Length of the unit that is generated at once: the busier the shorter."""
        if self.posts_per_day <= 200_000:
            return 600_000
        return 60_000 if self.posts_per_day <= 2_000_000 else 10_000

    @cached_property
    def life_ms(self) -> int:
        """No conversation lasts longer than this."""
        return CARRY_BLOCKS * self.block_ms

    @cached_property
    def key(self) -> str:
        """Name of this world in identities: other numbers, other posts, other identities."""
        parts = f"{self.seed}/{self.region}/{self.posts_per_day}/{self.late_share}"
        return sha256(parts.encode()).hexdigest()[:6]

    @cached_property
    def authors(self) -> int:
        return 3_000 + self.posts_per_day // 3

    @cached_property
    def spark_rate(self) -> float:
        """Conversations started a millisecond, on average over a week."""
        silent = CHANNELS["109"]
        talk = sum(CHANNELS[c] * COMMENTS[c] for c in CHANNELS)
        moved = CHATTER * silent * COMMENTS["instagram"]  # chatter never calls 109
        return self.posts_per_day / (POSTS_PER_SPARK * (1 + talk + moved)) / 86_400_000


def spelled(number: int) -> str:
    """A number as letters: digits in a row would be taken for somebody's phone, and hidden."""
    return f"{number:x}".translate(_LETTERS)


def month_of(at_ms: int) -> int:
    """Month in the region at a moment, 1 to 12."""
    return datetime.fromtimestamp(at_ms / 1000 + OFFSET_SECONDS, UTC).month


def rhythm(at_ms: int) -> float:
    """How busy the region is at a moment against its average: 1 is the mean of a week."""
    local = at_ms / 1000 + OFFSET_SECONDS
    hour, part = divmod(local % 86_400 / 3600, 1)
    here, after = HOURS[int(hour)], HOURS[(int(hour) + 1) % 24]
    weekday = WEEKDAYS[int(local // 86_400 + 3) % 7]  # 1 January 1970 was a Thursday
    return (here + (after - here) * part) / _HOUR_MEAN * weekday
