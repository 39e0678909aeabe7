"""What every collector shares: transport, schedule, cursors, masking, production."""

from collectors.runner.collect import Options, collect
from collectors.runner.configured import Instance, instance, instances
from collectors.runner.kafka import KafkaDeliver
from collectors.runner.look import Clock, Deliver
from collectors.runner.preview import preview
from collectors.runner.status import Report, Status
from collectors.runner.tender import Cursors, Position

__all__ = [
    "Clock",
    "Cursors",
    "Deliver",
    "Instance",
    "KafkaDeliver",
    "Options",
    "Position",
    "Report",
    "Status",
    "collect",
    "instance",
    "instances",
    "preview",
]
