"""The house stands: migrations run, the cast is legal, the log only grows."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from audit import log
from security.departments.models import Department


def test_cast_is_legal(cast):
    assert cast.chen.holds("SHARE_REQUEST_DRAFT", cast.civil_affairs)
    assert not cast.chen.holds("SHARE_REQUEST_DRAFT", cast.sports)


@pytest.mark.parametrize("statement", ["UPDATE audit_auditevent SET verb = 'x'", "DELETE FROM audit_auditevent",
                                       "TRUNCATE audit_auditevent"])  # fmt: skip
def test_log_only_grows(cast, statement):
    log.record("account.sign_in", by=cast.chen, at=timezone.now(), subject=cast.chen)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_database_refuses_a_wrong_check_digit(cast):
    right = cast.sports.uscc
    wrong = right[:17] + ("0" if right[17] != "0" else "1")
    with pytest.raises(IntegrityError, match="uscc_valid"), transaction.atomic():
        Department.objects.filter(pk=cast.sports.pk).update(uscc=wrong)
