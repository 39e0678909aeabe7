"""Spikes to people: any Apprise URL of the settings, in Kazakh or Russian.

`Outbox.enqueue` puts on disk what the channels are to hear; `Sender` delivers it, each channel
for itself. A channel hears every spike it asks for once when it opens, when its level rises,
at most once an hour in between, and when it is over. Should the process die between the
service's answer and our note of it, that one message is sent again: rather twice than never.
"""

from sinks.alerts.notifier import AppriseNotifier, Notifier
from sinks.alerts.outbox import Outbox
from sinks.alerts.sender import Render, Sender
from sinks.alerts.words import Words

__all__ = ["AppriseNotifier", "Notifier", "Outbox", "Render", "Sender", "Words"]
