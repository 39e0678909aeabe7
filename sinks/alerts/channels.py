"""From the settings of a channel to what delivers for it."""

from __future__ import annotations

from rezonans.desks import Channel
from sinks.alerts.mail import Mail
from sinks.alerts.notifier import AppriseNotifier, Notifier, scheme
from sinks.alerts.telegram import Telegram
from sinks.alerts.webhook import SCHEMES, Webhook

MAILS = frozenset({"mailto", "mailtos"})
PICTURES = MAILS | {"tgram"}
"""Services that show a picture with the words."""


def connect(channel: Channel) -> Notifier:
    """The notifier of a channel. `Invalid`: its URL can not be read, said without it."""
    url = channel.url.get_secret_value()
    name = scheme(url)
    if name in SCHEMES:
        return Webhook(url, channel.secret.get_secret_value() if channel.secret else "")
    if name == "tgram":
        return Telegram(url)
    return Mail(url) if name in MAILS else AppriseNotifier(url)


def pictured(channel: Channel) -> bool:
    """Whether a picture is worth drawing for it."""
    return channel.picture and scheme(channel.url.get_secret_value()) in PICTURES


def written(channel: Channel) -> bool:
    """Whether the service shows HTML."""
    return scheme(channel.url.get_secret_value()) in MAILS
