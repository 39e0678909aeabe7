"""What an alert carries, line by line, for the analyst's terminal. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rezonans.reasons import Forecast, Share
from rezonans.records import Spike

LONGEST = 90
RISES = 5


def lines(spike: Spike) -> Iterator[str]:
    """The explanation after its first sentence."""
    yield from _numbers(spike)
    for name in ("places", "sentiments", "platforms", "topics"):
        yield from _rises(name, getattr(spike, name))
    yield from _stories(spike)
    yield from _voices(spike)
    if spike.words:
        words = ", ".join(f"{one.word} ({one.posts}, before {one.before})" for one in spike.words)
        yield f"new words: {words}"
    if spike.forecast is not None:
        yield from _forecast(spike.forecast)
    yield from _outlooks(spike)
    yield from _coverage(spike)


def _numbers(spike: Spike) -> Iterator[str]:
    yield (
        f"since {spike.since:%Y-%m-%d %H:%M} UTC: {spike.observed:.1f} organic posts in "
        f"{spike.window_seconds // 60} minutes, expected {spike.expected:.1f} "
        f"({spike.low:.1f} to {spike.high:.1f})"
    )
    if spike.once_in_days is not None:
        yield f"by chance a lane is this loud once in {spike.once_in_days:.0f} days"
    yield f"trigger: {'opinion leader' if spike.trigger == 'leader' else 'wide spread'}"


def _rises(name: str, shares: Iterable[Share]) -> Iterator[str]:
    """Contributions to the excess: they sum to it."""
    told = sorted(shares, key=lambda share: share.expected - share.observed)
    if told:
        parts = [f"{one.key} {one.observed - one.expected:+.1f}" for one in told]
        more = f" ... and {len(parts) - RISES} more" if len(parts) > RISES else ""
        yield f"excess by {name}: {', '.join(parts[:RISES])}{more}"


def _stories(spike: Spike) -> Iterator[str]:
    for story in spike.stories:
        if story.text:
            told = f"story: {story.observed:.0f} posts: {_short(story.text)}"
            yield f"{told} {story.url}" if story.url else told


def _voices(spike: Spike) -> Iterator[str]:
    yield (
        f"{spike.posts} posts by {spike.voices} authors; "
        f"{spike.posts - spike.observed:.1f} of them count as copies, {spike.reposts} are reposts"
    )
    for text in spike.copied:
        yield (
            f"copied: {text.posts} times by {text.accounts} accounts, every "
            f"{text.gap_seconds:.0f} s (evenness {text.evenness:.2f}): {_short(text.text)}"
        )
    for leader in spike.leaders:
        yield (
            f"opinion leader: {leader.name} ({leader.standing}) at {leader.at:%H:%M} UTC, "
            f"{leader.followed} posts followed within the hour"
        )


def _forecast(forecast: Forecast) -> Iterator[str]:
    if forecast.refused is not None:
        yield f"no forecast: {_REFUSALS[forecast.refused]}"
    for hour in forecast.hours:
        yield (
            f"forecast from {hour.start:%H:%M} UTC for an hour: {hour.expected:.0f} "
            f"({hour.low:.0f} to {hour.high:.0f})"
        )
    if forecast.error is not None and forecast.naive_error is not None:
        yield (
            f"its record: {forecast.judged} forecasts, off by {forecast.error:.1f} posts an hour "
            f"(the same hour of the day before: {forecast.naive_error:.1f}), "
            f"{forecast.covered or 0:.0%} inside the interval"
        )
    if forecast.peak_passed is not None:
        yield f"peak {'passed' if forecast.peak_passed else 'not passed yet'}"


_REFUSALS = {
    "young": "the lane has been watched for too few days",
    "thin": "too few posts to say anything",
    "gap": "nobody was looking in the last hours",
}


def _outlooks(spike: Spike) -> Iterator[str]:
    for post in spike.top:
        if post.outlook is not None:
            one = post.outlook
            yield (
                f"{post.item}: {one.reactions} reactions in {one.minutes} minutes; "
                f"{one.probability:.0%} that it reaches {one.viral_from} within a day "
                f"(expected {one.expected:.0f}, {one.low:.0f} to {one.high:.0f})"
            )


def _coverage(spike: Spike) -> Iterator[str]:
    if spike.coverage is not None:
        yield f"sources: {spike.coverage.looking} of {spike.coverage.sources} were looking"
        for silence in spike.coverage.silent:
            yield f"silent: {silence.target}, for {silence.seconds / 60:.0f} minutes"
    if spike.models:
        yield "models: " + ", ".join(
            f"{name} {spike.models[name]}" for name in sorted(spike.models)
        )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
