"""`manage.py recompute_deadlines`: count every open clock again, after a release brought a new holiday notice."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from sharing.deadlines import actions as deadlines
from sharing.share_requests import actions as share_requests


class Command(BaseCommand):
    help = "工作日历更新后，重新计算全部在办时限的到期日，逐件留痕并通知办理部门。可重复运行。"

    def handle(self, *args: object, **options: object) -> None:
        """How many moved, which way."""
        tally = deadlines.recompute(by=None, now=timezone.now())
        share_requests.follow_clocks()
        self.stdout.write(
            f"已重新计算 {tally.open} 件，到期日变动 {tally.moved} 件（延后 {tally.later}，提前 {tally.earlier}）。"
        )
