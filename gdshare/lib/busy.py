"""Tells a database that is busy from a bug: statement and lock time-outs, deadlocks, a connection that went away."""

from django.db import InterfaceError, OperationalError
from psycopg2 import errors

from gdshare.lib.errors import Busy

RETRY_AFTER_SECONDS = 5
WAITING = (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected, errors.SerializationFailure)


def busy(error: BaseException | None) -> Busy | None:
    """The words for a database error that passes by itself; None for any other error."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return None
    cause = error.__cause__
    if isinstance(cause, errors.QueryCanceled):
        message = "这次查询超过了时间上限，已经中止，没有改动任何数据。"
        return Busy(message, remedy="请缩小范围，例如多加一个筛选条件，再试一次。")
    if isinstance(cause, WAITING):
        message = "有人正在办理同一件事，等候超过了时间上限，没有改动任何数据。"
        return Busy(message, remedy=f"请在 {RETRY_AFTER_SECONDS} 秒后再试一次。")
    return Busy("数据库暂时连不上，没有改动任何数据。", remedy="请稍候再试；持续出现时请联系系统管理员。")
