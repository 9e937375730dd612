"""Addresses that refuse in every way, as a page and over REST, beside the real ones."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.decorators import api_view
from rest_framework.response import Response

from audit import log
from gdshare.lib.errors import Conflict, Denied, Invalid, NotVisible
from gdshare.lib.reads import records_reads
from gdshare.urls import urlpatterns as real
from security.departments.models import Department


def slow():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
        cursor.execute("SELECT pg_sleep(5)")


def locked():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'lock_not_available'; END $$")


def raising(error):
    def act():
        raise error

    return act


ACTS = {
    "invalid": raising(
        Invalid("到期日早于起始日。", code="DATES_CROSSED", remedy="请改到期日。", details={"field": "until"})
    ),
    "denied": raising(Denied("只有负责人可以同意。", remedy="请转本部门负责人。", remedy_url="/todo/")),
    "unseen": raising(NotVisible("没有这份申请。", remedy="请核对单号。")),
    "conflict": raising(Conflict("这份申请已被撤回。", remedy="请刷新页面。")),
    "slow": slow,
    "locked": locked,
    "missing": raising(Http404()),
    "forbidden": raising(PermissionDenied()),
    "throttled": raising(exceptions.Throttled(wait=7)),
    "bug": raising(ZeroDivisionError("a bug")),
}


def page(request, name):
    ACTS[name]()


@api_view(["GET", "POST"])
def endpoint(request, name):
    if name == "echo":
        return Response({"body": request.data, "actor": request.user.name})
    if name == "act":
        log.record("account.act_as", by=request.user, at=timezone.now(), subject=request.user)
        return Response({})
    return ACTS[name]()


@transaction.atomic
def writing(request):
    Department.objects.filter(pk=0).update(name="x")
    return HttpResponse("")


@records_reads
def recording(request):
    log.record("account.act_as", by=request.user, at=timezone.now(), subject=request.user)
    return HttpResponse("")


@api_view(["GET"])
def writing_endpoint(request):
    Department.objects.filter(pk=0).update(name="x")
    return Response({})


urlpatterns = [
    path("refuse/<str:name>/", page),
    path("api/v1/refuse/<str:name>/", endpoint),
    path("write/", writing),
    path("record/", recording),
    path("api/v1/write/", writing_endpoint),
    *real,
]
handler400 = "gdshare.portal.errors.bad_request"
handler403 = "gdshare.portal.errors.forbidden"
handler404 = "gdshare.portal.errors.not_found"
handler500 = "gdshare.portal.errors.broken"
