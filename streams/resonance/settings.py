"""What an installation may decide about spikes. Units stand in the names."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict, Field

from streams.resonance.register import Register

RED_FLOORS = 5
"""So many times the floor of authors are many people."""


class ResonanceSettings(BaseModel):
    """The `[resonance]` table. Every default is the shipped, measured configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bin_seconds: int = Field(default=60, ge=10, le=3600)
    """Width of a bin; a snapshot made with another width is refused."""
    tick_seconds: int = Field(default=5, ge=1, le=600)
    """Open bins are judged when the clock of the log passes a multiple of this."""
    horizon_minutes: int = Field(default=60, ge=1, le=24 * 60)
    """A bin stays open for late posts this long behind the watermark, an hour at least."""
    silence_minutes: int = Field(default=15, ge=1)
    """A target whose last page is older holds the watermark back no longer."""
    seen_hours: int = Field(default=48, ge=1)
    """An item counts once within this time."""
    seen_items: int = Field(default=4_000_000, ge=1_000)
    """At most so many identities are kept; the oldest hour goes first."""

    false_alarms: float = Field(default=0.5, gt=0.0001, le=2)
    """Openings a lane-week where nothing happens: what the bank is calibrated to."""
    floor_posts: float = Field(default=20, ge=1)
    """Organic posts within the hour below which nothing opens."""
    floor_voices: int = Field(default=10, ge=1)
    """Unique authors within the hour below which nothing opens."""
    all_false_alarms: float = Field(default=2, gt=0.001)
    """The same for all lanes together, a week: with many busy lanes each has to be rarer."""
    district_false_alarms: float = Field(default=0.2, gt=0.0001, le=2)
    """Openings a week of a topic in a district where nothing happens."""
    all_district_false_alarms: float = Field(default=10, gt=0.001)
    """The same for all districts together: with many each has to be rarer."""
    district_posts: float = Field(default=3, ge=1)
    """Organic posts within the hour below which no district opens."""
    district_voices: int = Field(default=3, ge=1)
    """Unique authors within the hour below which no district opens."""
    close_hours: float = Field(default=8, gt=0)
    """Hours of event time after the last loud moment until a spike closes."""
    longest_hours: float = Field(default=48, gt=0)
    """A spike that lasts longer is the new normal: it closes and its level is learned."""
    warmup_hours: float = Field(default=24, ge=0)
    """Nothing opens before the bank has learned this many hours."""
    history_days: int = Field(default=14, ge=1, le=60)
    """History before the first closed bin teaches from this far back."""
    red_places: int = Field(default=3, ge=1)
    """Red needs this many regions (or districts) above their usual, or `red_voices` authors."""
    emergence_regions: int = Field(default=4, ge=3)
    """In so many regions a topic has to rise at once to be told as an emergence."""
    quality_share: float = Field(default=0.05, gt=0, le=1)
    """More of the lanes than this at once, in their usual proportion, are told as data quality."""
    update_minutes: int = Field(default=60, ge=1)
    """An open spike is told at most this often, unless it doubles."""

    topic_probability: float = Field(default=0.3, ge=0, le=1)
    """A mention counts for its best topic from this probability on."""
    second_topic_probability: float = Field(default=0.3, ge=0, le=1)
    """And for its second best from this one on."""
    no_story_topics: tuple[str, ...] = ("other",)
    """Topics that are a remainder, not a story: they have no lanes."""
    child_share: float = Field(default=0.7, gt=0, le=1)
    """A lane that explains this share of a wider lane's excess speaks for it."""
    echo_minutes: int = Field(default=30, ge=0)
    """Weaker spikes of the same region that start this close to an open one are its echo."""
    echo_share: float = Field(default=0.5, ge=0, le=1)
    """How much weaker: excess against the open one's."""

    copy_minutes: int = Field(default=120, ge=1)
    """Near-identical texts within this time are copies of one."""
    copy_distance: int = Field(default=3, ge=0, le=3)
    """Differing bits of 64 up to which two fingerprints are one text."""
    leaders: Register = Register()
    """Opinion leaders."""
    leader_decades: float = Field(default=1.0, ge=0, le=3)
    """So much less rare a lane may be when an opinion leader started it."""
    leader_followed: int = Field(default=10, ge=1)
    """And so many voices have to have followed within the hour."""
    campaign_posts: int = Field(default=20, ge=5)
    """Copies of one text within the hour from which it may be a campaign."""
    engagement_weight: float = Field(default=0.5, ge=0)
    reach_weight: float = Field(default=0.25, ge=0)
    top_posts: int = Field(default=5, ge=0, le=50)
    max_lanes: int = Field(default=200_000, ge=1)
    """Series beyond this number are counted in their parents only."""
    max_recent: int = Field(default=200_000, ge=100)
    """Posts of the open bins that are kept for the explanation; then the oldest lose texts."""

    @property
    def weights(self) -> tuple[float, float]:
        """Of engagement and of reach."""
        return self.engagement_weight, self.reach_weight

    @property
    def threshold(self) -> float:
        """The score at which a spike opens: decades of weeks between false openings of a lane."""
        return -math.log10(self.false_alarms)

    @property
    def red_voices(self) -> int:
        """Authors within the hour who make what is rare enough red, in however few places."""
        return RED_FLOORS * self.floor_voices

    def among(self, lanes: int) -> ResonanceSettings:
        """The same with the bar that keeps `all_false_alarms` over so many busy lanes."""
        return self._sharing(self.false_alarms, self.all_false_alarms, lanes)

    def among_districts(self, lanes: int) -> ResonanceSettings:
        """The same with the floors of districts, and the bar for so many of their lanes."""
        floors = {"floor_posts": self.district_posts, "floor_voices": self.district_voices}
        rules = self._sharing(self.district_false_alarms, self.all_district_false_alarms, lanes)
        return rules.model_copy(update=floors)

    def _sharing(self, each: float, together: float, lanes: int) -> ResonanceSettings:
        return self.model_copy(update={"false_alarms": min(each, together / max(lanes, 1))})

    @property
    def horizon_seconds(self) -> float:
        """How far bins stay open: never less than the hour that a spike reports."""
        return max(3600.0, 60.0 * self.horizon_minutes)

    @property
    def window_bins(self) -> int:
        """Bins of the hour that a spike reports."""
        return max(1, 3600 // self.bin_seconds)
