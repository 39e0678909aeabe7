"""The desk: one page that says what is loud now, why, and what people write.

Guarantee: whatever the store does, the page answers; whatever a post holds, it stays text.
"""

from sinks.desk.app import desk
from sinks.desk.pages import Vocabulary
from sinks.desk.query import Reader

__all__ = ["Reader", "Vocabulary", "desk"]
