"""Events → Streams: which violence is told apart, by a declared rule, and what fell on each day."""

from aftershock.streams.building import build_streams
from aftershock.streams.rules import NamedStream, StreamRule, read_rule, rule_text

__all__ = ["NamedStream", "StreamRule", "build_streams", "read_rule", "rule_text"]
