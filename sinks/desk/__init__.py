"""The desk: one page that says what is loud now, why, and what people write.

Guarantee: whatever the store does, the page answers; whatever a post holds, it stays text.
"""

from sinks.desk.app import desk
from sinks.desk.query import Reader
from sinks.desk.vocabulary import Vocabulary

__all__ = ["Reader", "Vocabulary", "desk"]
