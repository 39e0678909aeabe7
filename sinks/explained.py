"""Everything an alert carries, line by line: what `rezonans explain` prints. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rezonans.i18n import Translator, mark
from rezonans.reasons import CopiedText, Forecast, Leader, Share, Word
from rezonans.records import Spike
from sinks import because, copying, outlook, travelled
from sinks.amounts import few, times
from sinks.sentence import Names, capital, one_line, platform_name, safe_link

LONGEST = 90
RISES = 5

AXES = {
    "posts": mark("number of posts"),
    "swell": mark("a doubling that lasts"),
    "resonance": mark("weighted resonance"),
    "negatives": mark("share of negative posts"),
    "regions": mark("number of regions that rise"),
}
STANDINGS = {
    "official": mark("an authority"),
    "media": mark("a medium"),
    "registered": mark("registered by the desk"),
}
REFUSALS = {
    "young": mark("the series has been watched for too few days"),
    "thin": mark("too few posts to say anything"),
    "gap": mark("nobody was looking in the last hours"),
    "rising": mark("the rise is younger than an hour"),
}
MOODS = {
    "negative": mark("negative"),
    "neutral": mark("neutral"),
    "positive": mark("positive"),
    "unknown": mark("unknown"),
    "other": mark("other"),
}


def lines(spike: Spike, words: Translator, names: Names) -> Iterator[str]:
    """The explanation after its first sentence."""
    yield from _numbers(spike, words)
    yield from _risen(spike, words, names)
    yield from _rises(words.gettext("Places"), spike.places, names.place, words)
    yield from _rises(words.gettext("Sentiment"), spike.sentiments, _nothing, words)
    yield from _rises(
        words.gettext("Platforms"), spike.platforms, lambda key: platform_name(key, words), words
    )
    nameless = words.gettext("a topic without a name")
    yield from _rises(
        words.gettext("Topics"), spike.topics, lambda key: names.topic(key) or nameless, words
    )
    yield from _stories(spike, words)
    yield from _voices(spike, words)
    if spike.words:
        told = ", ".join(_word(one, words) for one in spike.words)
        yield words.gettext("New in the words: {words}", words=told)
    if spike.forecast is not None:
        yield from ahead(spike.forecast, words)
    for post in spike.top:
        if post.outlook is not None:
            [told] = outlook.lines([post.outlook], words)
            yield f"{one_line(post.item, 60)}: {told}"
    yield from _background(spike, words)


def verdict(
    checked: int | None, differences: Sequence[tuple[str, object, object]], words: Translator
) -> str:
    """Whether the store says the same; `checked`: `None` for an alert without evidence."""
    if checked is None:
        return words.gettext(
            "not computed again: this alert carries no evidence (it is older than that)"
        )
    n = words.number(checked)
    if not differences:
        return words.gettext("same: all {n} numbers are the same in the store", n=n)
    head = words.gettext(
        "differs: {n} of {all} numbers are not the same in the store now",
        n=words.number(len(differences)), all=n,
    )  # fmt: skip
    told = (
        words.gettext("{what}: told {told}, now {now}", what=what, told=before, now=now)
        for what, before, now in differences
    )
    return "\n".join([head, *(f"  {one}" for one in told)])


def _numbers(spike: Spike, words: Translator) -> Iterator[str]:
    yield words.gettext("Began: {since}", since=words.day(spike.since))
    said = {"n": _tenth(spike.observed, words), "minutes": words.number(spike.window_seconds // 60)}
    if not copying.told(spike) and not travelled.told(spike):
        yield words.gettext(
            "Organic posts in {minutes} min: {n}, expected {expected} ({low}–{high})",
            expected=few(spike.expected, words), low=few(spike.low, words),
            high=few(spike.high, words), **said,
        )  # fmt: skip
        if spike.peak >= 1.5:
            yield f"{capital(words.gettext('at its peak'))}: {times(spike.peak, words)}"
    else:
        yield words.gettext("Organic posts in {minutes} min: {n}", **said)
    if spike.once_in_days is not None:
        yield because.rarity(spike.once_in_days, words)
    yield from because.trigger(spike, words)
    if spike.fired:
        fired = ", ".join(words.gettext(AXES[one]) for one in spike.fired)
        yield words.gettext("Over the bar: {what}", what=fired)
    if spike.resonance is not None and spike.usual_resonance:
        yield words.gettext(
            "Weighted resonance: {n}, usually {usual}",
            n=_tenth(spike.resonance, words), usual=_tenth(spike.usual_resonance, words),
        )  # fmt: skip


def _risen(spike: Spike, words: Translator, names: Names) -> Iterator[str]:
    for one in spike.risen:
        if spike.story is not None:
            yield words.gettext(
                "In {place} from {time}: {n} in the last hour; authors: {voices}",
                place=names.place(one.region) or one.region,
                time=words.moment(one.since, spike.at), n=_tenth(one.observed, words),
                voices=words.number(one.voices),
            )  # fmt: skip
            continue
        yield words.gettext(
            "Rises in {place} from {time}: {n}, expected {usual}; authors: {voices}",
            place=names.place(one.region) or one.region, time=words.moment(one.since, spike.at),
            n=_tenth(one.observed, words), usual=_tenth(one.expected, words),
            voices=words.number(one.voices),
        )  # fmt: skip


def _rises(label: str, shares: Iterable[Share], name: object, words: Translator) -> Iterator[str]:
    """Contributions to the excess: they sum to it."""
    assert callable(name)
    told = sorted(shares, key=lambda share: share.expected - share.observed)
    if not told:
        return
    parts = []
    for one in told:
        called = words.gettext(MOODS[one.key]) if one.key in MOODS else name(one.key) or one.key
        excess = round(one.observed - one.expected, 1)
        if not excess and one.key not in MOODS:
            continue  # a place that is as usual explains nothing
        sign = "+" if excess > 0 else "−" if excess < 0 else ""
        parts.append(f"{called} {sign}{_tenth(abs(excess), words)}")
    if not parts:
        return
    listed, more = ", ".join(parts[:RISES]), len(parts) - RISES
    if more > 0:
        listed = words.gettext("{names} and {n} more", names=listed, n=words.number(more))
    yield words.gettext("{label}, share of the excess: {parts}", label=label, parts=listed)


def _nothing(key: str) -> None:
    return None


def _stories(spike: Spike, words: Translator) -> Iterator[str]:
    for story in spike.stories:
        if story.text:
            told = words.gettext(
                "Story, organic posts – {n}: {text}",
                n=_tenth(story.observed, words),
                text=one_line(story.text, LONGEST),
            )
            link = safe_link(story.url)
            yield f"{told} {link}" if link else told


def _voices(spike: Spike, words: Translator) -> Iterator[str]:
    yield words.gettext(
        "Posts: {posts}, authors: {authors}; of the posts count as copies: {copies}; reposts: "
        "{reposts}",
        posts=words.number(spike.posts), authors=words.number(spike.voices),
        copies=_tenth(max(0.0, spike.posts - spike.observed), words),
        reposts=words.number(spike.reposts),
    )  # fmt: skip
    for text in spike.copied:
        yield _copied(text, words)
    for leader in spike.leaders:
        yield _leader(leader, spike, words)
    if not spike.leaders and spike.kind in ("spike", "emergence"):
        yield words.gettext("It did not begin with an opinion leader of the register")


def _copied(text: CopiedText, words: Translator) -> str:
    return words.gettext(
        "Copied: {copies}, {accounts}, every {seconds} s (evenness {evenness}): {text}",
        copies=words.ngettext("{n} copy", "{n} copies", text.posts),
        accounts=words.ngettext("{n} account", "{n} accounts", text.accounts),
        seconds=words.number(text.gap_seconds), evenness=words.number(text.evenness, 2),
        text=one_line(text.text, LONGEST),
    )  # fmt: skip


def _leader(leader: Leader, spike: Spike, words: Translator) -> str:
    return words.gettext(
        "Opinion leader: {name} ({standing}), {time}; within the hour after: {posts}",
        name=one_line(leader.name, 60), standing=words.gettext(STANDINGS[leader.standing]),
        time=words.moment(leader.at, spike.at),
        posts=words.ngettext("{n} post", "{n} posts", leader.followed),
    )  # fmt: skip


def _word(one: Word, words: Translator) -> str:
    return words.gettext(
        "{word} ({n}, the week before {before})",
        word=one.word, n=words.number(one.posts), before=words.number(one.before),
    )  # fmt: skip


def ahead(forecast: Forecast, words: Translator) -> Iterator[str]:
    """The hours that come, or why there are none; how it did before; whether the peak is over."""
    if forecast.refused is not None:
        reason = words.gettext(REFUSALS[forecast.refused])
        yield words.gettext("No forecast: {reason}", reason=reason)
    for hour in forecast.hours:
        yield words.gettext(
            "Forecast, the hour from {time}: {expected} ({low}–{high})",
            time=words.clock(hour.start), expected=words.number(round(hour.expected)),
            low=words.number(round(hour.low)), high=words.number(round(hour.high)),
        )  # fmt: skip
    yield from because.record(forecast, words)
    if forecast.peak_passed is not None:
        passed = mark("The peak seems to be over"), mark("The peak is not over yet")
        yield words.gettext(passed[0] if forecast.peak_passed else passed[1])


def _background(spike: Spike, words: Translator) -> Iterator[str]:
    """Who looked, and with what it was understood."""
    if spike.coverage is not None:
        yield words.gettext(
            "Sources that were looking: {n} of {all}",
            n=words.number(spike.coverage.looking), all=words.number(spike.coverage.sources),
        )  # fmt: skip
        for silence in spike.coverage.silent:
            yield words.gettext(
                "Silent: {name}, for {n} min",
                name=one_line(silence.target, 60), n=words.number(silence.seconds / 60),
            )  # fmt: skip
    if spike.models:
        told = ", ".join(f"{name} {spike.models[name]}" for name in sorted(spike.models))
        yield words.gettext("Models: {versions}", versions=told)


def _tenth(value: float, words: Translator) -> str:
    return words.number(value, 1)
