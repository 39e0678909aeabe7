"""understand: pages of posts become pages of mentions; stateless."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from models.texts import Text
from models.understanding import Labels
from rezonans import topics
from rezonans.records import Mention, Mentions, Post, RawPage, encode
from rezonans.troubles import Invalid
from streams import pages
from streams.dead import dead_letter
from streams.envelope import Envelope, Output

Model = Callable[[Sequence[Text]], Sequence[Labels]]

WITH_TEXT = ("created", "edited")


Keep = Callable[[bytes, Mentions], None]


def understand(
    batch: Sequence[Envelope],
    model: Model,
    versions: dict[str, str],
    now: datetime,
    keep: Keep = lambda value, page: None,
) -> list[Output]:
    """The mentions of a batch, one call of the model for all its posts. `keep` is shown each page
    that goes out, with its bytes.

    A bad page or post becomes a dead letter with its place; its neighbours go on.
    """
    outputs: list[Output] = []
    decoded = [_decode(envelope, outputs, now) for envelope in batch]
    outputs += _wrong_clock(batch, decoded, now)
    posts = [post for found in decoded if found for post in found[1]]
    labels = iter(model([_text(post) for post in posts if post.event in WITH_TEXT]))
    mentions = iter([_mention(post, labels, versions) for post in posts])
    for envelope, found in zip(batch, decoded, strict=True):
        if found:
            page, own = found
            timely = pages.in_time(page, now)
            understood = pages.with_mentions(timely, [next(mentions) for _ in own])
            key = envelope.key or page.container.encode()
            for value, part in pages.encoded(understood, topics.MAX_MESSAGE_BYTES):
                outputs.append(Output(topics.MENTIONS, key, value))
                keep(value, part)
    return outputs


def _decode(
    envelope: Envelope, outputs: list[Output], now: datetime
) -> tuple[RawPage, list[Post]] | None:
    try:
        page = pages.raw_page(envelope.value)
    except Invalid as error:
        outputs.append(dead_letter("understand", envelope.place, str(error), envelope.value, now))
        return None
    posts = []
    for index, raw in enumerate(page.posts):
        try:
            posts.append(pages.post_in_time(pages.post(raw), now))
        except Invalid as error:
            place = f"{envelope.place}/{index}"
            alone = pages.alone(page, "posts", raw)
            outputs.append(
                dead_letter("understand", place, str(error), bytes(raw), now, message=alone)
            )
    return page, posts


def _wrong_clock(
    batch: Sequence[Envelope], decoded: Sequence[tuple[RawPage, list[Post]] | None], now: datetime
) -> Iterator[Output]:
    """Says whose clock is wrong, once a batch; nothing is lost, the pages go on with our time."""
    for envelope, found in zip(batch, decoded, strict=True):
        if found and found[0].observed_at > now + pages.AHEAD:
            minutes = (found[0].observed_at - now).total_seconds() / 60
            reason = (
                f"the clock of the collector of {found[0].target} is {minutes:.0f} minutes ahead "
                "of the worker's; its times are taken for now: set both clocks"
            )
            bare = msgspec.structs.replace(found[0], posts=(), cursor=None)
            yield dead_letter("understand", envelope.place, reason, encode(bare), now)
            return


def _text(post: Post) -> Text:
    return Text(text=post.text, title=post.title, context=post.context, home=post.home)


def _mention(post: Post, labels: Iterator[Labels], versions: dict[str, str]) -> Mention:
    if post.event not in WITH_TEXT:
        return Mention(post=post)
    found = next(labels)
    return Mention(
        post=post,
        language=found.language,
        languages=found.languages,
        script=found.script,
        topics=found.topics,
        appeal=found.appeal,
        appeal_probability=found.appeal_probability,
        sentiment=found.sentiment,
        urgent=found.urgent,
        places=found.places,
        fingerprint=found.fingerprint,
        model=versions,
    )
