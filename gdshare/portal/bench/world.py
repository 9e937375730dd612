"""The data that is measured: one table of a million rows, and a catalog to search in. In a database of its own."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from psycopg2 import sql

from catalog.mounts import actions as mounts
from catalog.mounts.models import TableVersion
from catalog.resources import actions as resources
from catalog.resources.models import DataResource
from gdshare.lib.codes import uscc_check_character
from gdshare.portal.bench import corpus
from security.access import roles
from security.accounts import actions as accounts
from security.accounts.models import Membership, User
from security.departments.models import Department, Region

COLUMNS = (
    ("统一编号", "tybh", "C"), ("单位名称", "dwmc", "C"), ("行政区划代码", "xzqhdm", "C"), ("所属行业", "sshy", "C"),
    ("登记日期", "djrq", "D"), ("更新时间", "gxsj", "T"), ("注册资本", "zczb", "N"), ("从业人数", "cyrs", "I"),
    ("纬度", "wd", "B"), ("是否存续", "sfcx", "L"), ("经营范围", "jyfw", "C"), ("登记机关", "djjg", "C"),
)  # fmt: skip
CITIES = ("广州", "深圳", "珠海", "汕头", "佛山", "韶关", "湛江", "肇庆", "江门", "茂名", "惠州", "梅州", "汕尾",
          "河源", "阳江", "清远", "东莞", "中山", "潮州", "揭阳", "云浮")  # fmt: skip


@dataclass(frozen=True)
class World:
    """What the measures need."""

    big: DataResource
    version: TableVersion
    key: str
    session: str
    taker: User
    loaded_rows_per_second: float


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """A new database beside the configured one; gives its DATABASE_URL and drops it at the end."""
    beside = connections["default"].copy()
    try:
        with beside.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
            )
        yield address(name)
    finally:
        with beside.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        beside.close()


def address(name: str) -> str:
    """DATABASE_URL of another database on the configured server."""
    given = connection.settings_dict
    who = quote(given["USER"], safe="") + (f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else "")
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgresql://{who}@localhost{port}/{quote(name)}?host={quote(str(given['HOST'] or 'localhost'), safe='')}"


def build(*, rows: int, entries: int, now: datetime) -> World:
    """People, a published resource with `rows` rows, and `entries` catalog entries."""
    handler, head, auditor, chen = people_of_bench(now)
    values = {
        "name": "企业登记信息", "abstract": "全省企业登记的主要信息。", "share_type": "UNCONDITIONAL",
        "update_cycle": "DAILY", "format_category": "数据库", "format_type": "postgresql",
        "share_modes": ["API", "FILE"], "is_declared_non_secret": True,
    }  # fmt: skip
    items = [{"name": name, "identifier": code, "data_type": kind, "grade": 1} for name, code, kind in COLUMNS]
    big = resources.create_resource(by=handler, now=now, values=values, items=items)
    resources.submit(resource=big, by=handler, now=now)
    resources.approve(resource=big, by=head, now=now)
    big = resources.publish(resource=big, by=auditor, now=now)
    with tempfile.TemporaryFile() as file:
        file.write((",".join(name for name, _, _ in COLUMNS) + "\n").encode())
        for start in range(0, rows, 10_000):
            file.write("".join(_line(number) for number in range(start, min(start + 10_000, rows))).encode())
        started = time.perf_counter()
        version = mounts.load_table(resource=big, file=file, file_name="企业登记信息.csv", by=handler, now=now)
        rate = rows / (time.perf_counter() - started)
    if version.row_count != rows:
        raise RuntimeError(f"loaded {version.row_count} of {rows} rows: {version.faults[:3]}")
    corpus.build(big, entries)
    _, key = accounts.issue_api_client(
        by=chen, now=now, name="bench", purpose="bench", kind="SYSTEM", expires_at=now + timedelta(days=1)
    )
    return World(big, version, key, _session(chen), chen, rate)


def people_of_bench(now: datetime) -> tuple[User, User, User, User]:
    """The provider's handler and head, the authority's handler, and a handler elsewhere who reads."""
    provider, taker = _departments()
    authority = Department.objects.create(
        name="基准测试主管部门", short_name="主管部门", uscc=_uscc(3), level="PROVINCE", kind="AUTHORITY",
        region=provider.region,
    )  # fmt: skip
    return (
        _person("bench_li", provider, roles.HANDLER, now),
        _person("bench_he", provider, roles.OFFICE_HEAD, now),
        _person("bench_liang", authority, roles.AUTHORITY_HANDLER, now),
        _person("bench_chen", taker, roles.HANDLER, now),
    )


def _line(number: int) -> str:
    city = CITIES[number % 21]
    return (
        f"91440{number % 1000:03d}{number:010d},{city}市基准{number % 9973}号贸易有限公司,"
        f"44{number % 21:02d}00,批发和零售业,"
        f"{2000 + number % 26}-{1 + number % 12:02d}-{1 + number % 28:02d},"
        f"2026-{1 + number % 12:02d}-{1 + number % 28:02d} {number % 24:02d}:{number % 60:02d}:00,"
        f"{number % 100000}.{number % 100:02d},{number % 5000},{21 + number % 4}.{number % 10000:04d},"
        f"{'true' if number % 7 else 'false'},一般经营项目：销售日用品、电子产品；技术咨询服务,{city}市市场监督管理局\n"
    )


def _departments() -> tuple[Department, Department]:
    region, _ = Region.objects.get_or_create(code="440000", defaults={"name": "广东省", "level": "PROVINCE"})
    made = [
        Department.objects.create(
            name=name, short_name=name, uscc=_uscc(number), level="PROVINCE", kind="GOVERNMENT", region=region
        )
        for number, name in enumerate(("基准测试提供部门", "基准测试使用部门"), 1)
    ]
    return made[0], made[1]


def _uscc(number: int) -> str:
    body = f"1144000{number:010d}"
    return body + uscc_check_character(body)


def _person(username: str, department: Department, role: roles.Role, now: datetime) -> User:
    user = User(username=username, name=username)
    user.set_unusable_password()
    user.save()
    membership = Membership.objects.create(user=user, department=department, role=role.code, started_at=now)
    user.acting = membership.as_acting()
    return user


def _session(user: User) -> str:
    """A signed-in browser's cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
