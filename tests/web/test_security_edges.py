"""The edge: pages only read on GET, headers on every answer, where a request came from."""

from unittest.mock import patch

import pytest
from django.db import OperationalError

from audit.models import AuditEvent
from gdshare.middleware import ReadOnlyPagesMiddleware, WriteInReadOnlyView, client_address

pytestmark = pytest.mark.urls("tests.api.refusing_urls")


def test_a_page_that_writes_on_get_is_refused(web, cast):
    with pytest.raises(WriteInReadOnlyView, match="UPDATE"):
        web(cast.chen).get("/write/")


def test_the_same_page_may_write_on_post(web, cast):
    assert web(cast.chen).post("/write/").status_code == 200


def test_a_recorded_read_may_write(web, cast):
    assert web(cast.chen).get("/record/").status_code == 200
    assert AuditEvent.objects.count() == 1


def test_the_api_may_note_a_keys_use(api, cast):
    assert api(cast.chen).get("/api/v1/write/").status_code == 200


@pytest.mark.parametrize(
    ("sql", "is_write"),
    [
        ('SELECT "x"."updated_at" FROM "x" FOR NO KEY UPDATE', False),
        ("WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t", False),
        ('DECLARE "c" NO SCROLL CURSOR FOR SELECT 1', False),
        ('SAVEPOINT "s1"', False),
        ('UPDATE "django_session" SET "expire_date" = now()', False),
        ('  INSERT INTO "audit_auditevent" VALUES (1)', True),
        ('UPDATE "security_user" SET "name" = %s', True),
        ("DELETE FROM x", True),
        ("TRUNCATE x", True),
        ("COPY x FROM STDIN", True),
        ("CREATE TABLE x ()", True),
        ("WITH gone AS (DELETE FROM x RETURNING id) SELECT * FROM gone", True),
        ('WITH up AS (UPDATE "x" SET a = 1 RETURNING id) SELECT * FROM up', True),
    ],
)
def test_what_counts_as_a_write(sql, is_write):
    assert ReadOnlyPagesMiddleware.writes(sql) is is_write


def test_headers(web, cast):
    response = web(cast.chen).get("/record/")
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert len(response["X-Request-Id"]) == 32
    assert AuditEvent.objects.get().request_id == response["X-Request-Id"]


@pytest.mark.parametrize(
    ("is_behind", "forwarded", "expected"),
    [
        (False, "6.6.6.6", "10.0.0.1"),
        (True, "6.6.6.6, 10.9.9.9", "10.9.9.9"),
        (True, "", "10.0.0.1"),
        (True, "nonsense", None),
    ],
)
def test_where_a_request_came_from(rf, settings, is_behind, forwarded, expected):
    settings.BEHIND_PROXY = is_behind
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == expected


def test_htmx_is_sent_to_the_sign_in_page_whole(web, db):
    response = web().htmx("/record/")
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/sign-in/?next=/record/"


@pytest.mark.parametrize(("path", "kind"), [("/record/", "text/html"), ("/api/v1/grants/", "application/problem+json")])
def test_a_database_that_is_away_is_told_even_before_any_view(web, cast, path, kind):
    client = web(cast.chen)
    client.raise_request_exception = False
    away = OperationalError("could not connect to server")
    with patch("security.accounts.middleware.Membership.objects.current", side_effect=away):
        response = client.get(path)
    assert response.status_code == 503
    assert response["Content-Type"].startswith(kind)
    assert response["Retry-After"] == "5"
    assert "系统繁忙" in response.content.decode()
    assert response["X-Request-Id"] in response.content.decode()
