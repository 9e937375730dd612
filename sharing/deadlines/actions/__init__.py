"""Moving clocks: starting and stopping one, ticking all that are due, counting all again."""

from sharing.deadlines.actions.recounting import recompute
from sharing.deadlines.actions.running import assign, extend, hand_over, pause, resume, start, stop
from sharing.deadlines.actions.ticking import tick

__all__ = ["assign", "extend", "hand_over", "pause", "recompute", "resume", "start", "stop", "tick"]
