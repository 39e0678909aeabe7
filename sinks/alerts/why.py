"""The reasons of decisions in words."""

from __future__ import annotations

from datetime import datetime

from rezonans.i18n import Translator, mark

REASONS = {
    "opened": mark("the spike opened"),
    "level": mark("the level rose"),
    "updated": mark("an hour has passed"),
    "closed": mark("it is over"),
    "escalated": mark("nobody had answered"),
    "digest": mark("the morning digest"),
    "crisis-on": mark("crisis mode went on"),
    "crisis-off": mark("crisis mode went off"),
    "quiet-hours": mark("quiet hours: waits for the morning"),
    "budget": mark("the weekly limit of false alerts: waits for the morning"),
    "waits": mark("waits for the morning"),
    "muted": mark("muted"),
    "below-level": mark("below the level of the desk"),
    "hourly": mark("told less than an hour ago"),
    "calm": mark("it is no louder than usual, and only waits to be over"),
    "joined": mark("part of an event that was told"),
    "part-over": mark("a part of the event is over"),
    "unheard": mark("over before it was told"),
    "history": mark("it was long ago"),
    "refused": mark("the service did not take it"),
    "newer": mark("something newer took its place"),
    "gone": mark("the channel is no longer there"),
}

OUTCOMES = {
    "sent": mark("sent"),
    "held": mark("waits"),
    "suppressed": mark("not sent"),
    "failed": mark("failed"),
    "replaced": mark("replaced"),
}


def outcome(code: str, words: Translator) -> str:
    return words.gettext(OUTCOMES.get(code, code))


def reason(
    code: str, by: str | None, until: datetime | None, now: datetime, words: Translator
) -> str:
    """Why, with who decided it and until when, where somebody did."""
    text = words.gettext(REASONS.get(code, code))
    if code in ("muted", "crisis-on") and by:
        text = f"{text}: {by}"
    if until is not None:
        end = words.gettext("until {time}", time=words.moment(until, now))
        text = f"{text}, {end}"
    return text
