"""understand: pages of posts become pages of mentions; stateless."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from models.texts import Text
from models.understanding import Labels
from rezonans import topics
from rezonans.records import Invalid, Mention, Post, RawPage
from streams import pages
from streams.dead import dead_letter
from streams.envelope import Envelope, Output

Model = Callable[[Sequence[Text]], Sequence[Labels]]

WITH_TEXT = ("created", "edited")


def understand(
    batch: Sequence[Envelope], model: Model, versions: dict[str, str], now: datetime
) -> list[Output]:
    """The mentions of a batch, one call of the model for all its posts.

    A bad page or post becomes a dead letter with its place; its neighbours go on.
    """
    outputs: list[Output] = []
    decoded = [_decode(envelope, outputs, now) for envelope in batch]
    posts = [post for found in decoded if found for post in found[1]]
    labels = iter(model([_text(post) for post in posts if post.event in WITH_TEXT]))
    mentions = iter([_mention(post, labels, versions) for post in posts])
    for envelope, found in zip(batch, decoded, strict=True):
        if found:
            page, own = found
            understood = pages.with_mentions(page, [next(mentions) for _ in own])
            outputs += (
                Output(topics.MENTIONS, envelope.key or page.container.encode(), value)
                for value in pages.encoded(understood, topics.MAX_MESSAGE_BYTES)
            )
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
            posts.append(pages.post(raw))
        except Invalid as error:
            place = f"{envelope.place}/{index}"
            outputs.append(dead_letter("understand", place, str(error), bytes(raw), now))
    return page, posts


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
