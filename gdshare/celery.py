"""The Celery app and the whole timetable on one screen."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gdshare.settings")

app = Celery("gdshare")
app.set_default()  # the app of every thread of the web server, not only of the one that imported it
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = (
    "catalog.resources.tasks",
    "catalog.mounts.tasks",
    "catalog.withdrawals.tasks",
    "sharing.calendar.tasks",
    "catalog.quality.tasks",
    "catalog.finding.tasks",
    "sharing.deadlines.tasks",
    "sharing.grants.tasks",
    "sharing.delivery.tasks",
    "sharing.conflicts.tasks",
    "sharing.demands.tasks",
    "sharing.handover.tasks",
    "sharing.ledgers.tasks",
    "sharing.share_requests.tasks",
    "sharing.succession.tasks",
    "sharing.supervision.tasks",
    "sharing.supply.tasks",
    "security.notices.tasks",
    "security.covers.tasks",
)
app.conf.beat_schedule = {
    "tick-deadlines": {"task": "sharing.deadlines.tasks.tick", "schedule": 60.0},
    "calendar-alarm": {"task": "sharing.calendar.tasks.raise_alarm", "schedule": crontab(minute=40, hour=8)},
    "scan-attachments": {"task": "sharing.share_requests.tasks.scan_attachments", "schedule": 15.0},
    "late-risks": {"task": "sharing.share_requests.tasks.warn_of_late_risks", "schedule": crontab(minute=35, hour=8)},
    "remind-expiring": {"task": "sharing.grants.tasks.remind_expiring", "schedule": crontab(minute=45, hour="8-17")},
    "chase-rectifications": {
        "task": "sharing.grants.tasks.chase_rectifications",
        "schedule": crontab(minute=50, hour="8-17"),
    },
    "expire-grants": {"task": "sharing.grants.tasks.expire_due", "schedule": crontab(minute="*/10")},
    "resume-imports": {"task": "catalog.resources.tasks.resume_imports", "schedule": 30.0},
    "take-effect": {"task": "catalog.resources.tasks.take_effect", "schedule": crontab(minute="*/10")},
    "close-withdrawn": {"task": "catalog.withdrawals.tasks.advance", "schedule": crontab(minute="*/10")},
    "remind-promised": {"task": "sharing.demands.tasks.remind_promised", "schedule": crontab(minute=55, hour=8)},
    "look-for-orphans": {"task": "sharing.handover.tasks.look_for_orphans", "schedule": crontab(minute=10, hour=3)},
    "remind-ledgers": {"task": "sharing.ledgers.tasks.remind_incomplete", "schedule": crontab(minute=55, hour=8)},
    "prove-supply": {"task": "sharing.supply.tasks.prove_due", "schedule": 30.0},
    "resume-comparisons": {"task": "sharing.conflicts.tasks.compare", "schedule": 30.0},
    "resume-loads": {"task": "catalog.mounts.tasks.resume_loads", "schedule": 30.0},
    "review-freshness": {"task": "catalog.quality.tasks.review_freshness", "schedule": crontab(minute=5, hour="0,6")},
    "look-at-imports": {"task": "catalog.quality.tasks.look_at_imports", "schedule": 15.0},
    "remind-updates": {"task": "catalog.quality.tasks.remind_updates", "schedule": crontab(minute="*/30", hour="9-17")},
    "count-use": {"task": "sharing.delivery.tasks.count_use", "schedule": crontab(minute=20, hour=2)},
    "fold-tally": {"task": "catalog.resources.tasks.fold_tally", "schedule": crontab(minute=50, hour=2)},
    "look-again": {"task": "catalog.finding.tasks.look_again", "schedule": crontab(minute="*/15", hour="8-17")},
    "tell-changes": {"task": "catalog.finding.tasks.tell_changes", "schedule": crontab(minute="*/5")},
    "end-covers": {"task": "security.covers.tasks.end_lapsed", "schedule": crontab(minute="*/10")},
    "follow-stragglers": {"task": "sharing.succession.tasks.follow_stragglers", "schedule": crontab(minute="*/10")},
    "note-stopped-orders": {"task": "sharing.supervision.tasks.note_stopped", "schedule": crontab(minute="*/10")},
    "send-notices": {"task": "security.notices.tasks.send_due", "schedule": 60.0},
}
