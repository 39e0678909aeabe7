"""Spikes to people: desks decide who hears what, channels tell it, in Kazakh or Russian.

`Office` keeps what the desks remember and decides; its `Outbox` holds the letters that follow,
in one transaction; `Sender` delivers them, each channel for itself. Should the process die
between the service's answer and our note of it, that one letter is sent again, with the same
key: rather twice than never. Nothing else is ever sent twice.
"""

from sinks.alerts.channels import connect
from sinks.alerts.notifier import AppriseNotifier, Notice, Notifier
from sinks.alerts.office import Office
from sinks.alerts.outbox import Outbox
from sinks.alerts.sender import Render, Sender
from sinks.alerts.words import Words

__all__ = [
    "AppriseNotifier",
    "Notice",
    "Notifier",
    "Office",
    "Outbox",
    "Render",
    "Sender",
    "Words",
    "connect",
]
