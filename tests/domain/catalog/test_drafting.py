"""从数据生成目录: files and real databases into findings, findings into drafts by a person's hand."""

import io
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import openpyxl
import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEvent
from catalog.census.models import PartEntry
from catalog.drafting import actions, background, databases, files, networks, queries
from catalog.drafting.databases import Target
from catalog.drafting.models import DraftingRun, DraftingTable
from catalog.drafting.tables import RawColumn, RawTable
from catalog.resources.models import DataResource
from gdshare.lib.errors import Conflict, Denied, Invalid
from tests.factories.systems import AT, registered_system
from tests.unit.test_drafting_kinds import IDS, NAMES, PHONES

PEOPLE_CSV = "编号,姓名,身份证号,手机号,登记日期,金额\n" + "\n".join(
    f"A{place},{name},{number},{phone},2026-01-0{place + 1},{place}.50"
    for place, (name, number, phone) in enumerate(zip(NAMES, IDS, PHONES * 2, strict=False))
)


@pytest.fixture(autouse=True)
def _networks(settings):
    settings.DRAFTING_NETWORKS = ["127.0.0.0/8"]


def run_of(cast, content=PEOPLE_CSV, name="人员.csv", **options):
    return actions.draft_from_file(
        by=cast.li, now=AT, department=cast.natural_resources, file=io.BytesIO(content.encode()),
        file_name=name, **options,
    )  # fmt: skip


def items_of(table, **changes):
    keys = ("name", "identifier", "data_type", "length", "scale", "is_key", "grade", "description")
    return [{key: item[key] for key in keys} | changes for item in table.items]


VALUES = {"name": "人员信息", "share_type": "CONDITIONAL", "update_cycle": "MONTHLY"}


# ── files ──


def test_a_file_becomes_findings_and_nothing_else(cast):
    run = run_of(cast)
    table = run.tables.get()
    told = [(item["name"], item["data_type"], item["kind"], item["grade"], item["is_key"]) for item in table.items]
    assert told == [
        ("编号", "C", "", 1, True), ("姓名", "C", "姓名", 3, False), ("身份证号", "C", "身份证号", 4, False),
        ("手机号", "C", "手机号", 3, False), ("登记日期", "D", "", 1, False), ("金额", "N", "", 2, False),
    ]  # fmt: skip
    assert "校验位符合 GB 11643" in table.items[2]["reason"]
    assert (run.state, run.total, run.done) == ("DONE", 1, 1)
    assert not DataResource.objects.exists()
    kept = str(table.items) + run.label
    assert not [value for value in (*NAMES, *IDS, *PHONES) if value in kept]


def test_every_sheet_of_a_workbook_is_a_table():
    book = openpyxl.Workbook()
    first = book.active
    first.title = "户主"
    for row in (["2026年人员情况表"], ["姓名", "身份证号"], ["陈嘉敏", IDS[0]], ["黄志远", IDS[1]]):
        first.append(row)
    second = book.create_sheet("住房")
    for row in (["坐落", "面积"], ["广州市越秀区北京路100号", 88.5]):
        second.append(row)
    book.create_sheet("空")
    file = io.BytesIO()
    book.save(file)
    tables = files.read(file, "普查.xlsx")
    assert [(table.name, [column.name for column in table.columns], len(table.rows)) for table in tables] == [
        ("户主", ["姓名", "身份证号"], 2), ("住房", ["坐落", "面积"], 1),
    ]  # fmt: skip


def test_json_and_a_long_csv():
    (table,) = files.read(io.BytesIO('{"data": [{"xm": "陈嘉敏", "n": 1}]}'.encode()), "a.json")
    assert [column.name for column in table.columns] == ["xm", "n"]
    (table,) = files.read(io.BytesIO(("a,b\n" + "1,2\n" * 5_000).encode()), "a.csv")
    assert (len(table.rows), table.note) == (1_000, "按前 1,000 行推断")


@pytest.mark.parametrize(("content", "name", "words"), [
    ("", "a.csv", "是空的"), ("只有一行\n", "a.csv", "没有找到带表头的表"), ("%PDF-1.4", "a.csv", "PDF"),
    ("[1, 2]", "a.json", "没有找到带表头的表"),
])  # fmt: skip
def test_a_file_without_a_table_says_so(cast, content, name, words):
    with pytest.raises(Invalid, match=words):
        run_of(cast, content, name)
    assert not DraftingRun.objects.exists()


# ── confirmation ──


def test_a_confirmed_table_is_a_draft_of_its_system(cast):
    system = registered_system(cast, tables=["人员", "别的"])
    table = run_of(cast, system=system).tables.get()
    resource = actions.confirm_table(table=table, by=cast.li, now=AT, values=VALUES, items=items_of(table)[:3])
    assert (resource.status, resource.grade, resource.item_count) == ("DRAFT", 4, 3)
    assert (resource.information_system, resource.format_category) == (system.name, "电子表格")
    assert resource.system_links.get().system == system
    assert PartEntry.objects.get().part.name == "人员"
    assert AuditEvent.objects.filter(verb="drafting_run.confirm", subject_id=resource.pk).exists()
    with pytest.raises(Conflict, match="已经生成过目录"):
        actions.confirm_table(table=table, by=cast.li, now=AT, values=VALUES, items=items_of(table))
    assert DataResource.objects.count() == 1


def test_what_is_wrong_is_told_and_the_table_stays_open(cast):
    table = run_of(cast).tables.get()
    with pytest.raises(Invalid, match="没有选择任何信息项"):
        actions.confirm_table(table=table, by=cast.li, now=AT, values=VALUES, items=[])
    with pytest.raises(Invalid, match="重复"):
        actions.confirm_table(table=table, by=cast.li, now=AT, values=VALUES, items=items_of(table, name="同名"))
    table.refresh_from_db()
    assert table.resource is None
    assert not DataResource.objects.exists()


@pytest.mark.parametrize("person", ["zhou", "chen", "liang", "wu"])
def test_only_the_departments_handler(cast, person):
    table = run_of(cast).tables.get()
    by = cast.people[person]
    where = {"department": cast.natural_resources, "by": by, "now": AT}
    with pytest.raises(Denied):
        actions.draft_from_file(file=io.BytesIO(b"a\n1"), file_name="a.csv", **where)
    with pytest.raises(Denied):
        actions.start_reading(target=Target("MYSQL", "127.0.0.1", 3306, "d", "u"), **where)
    with pytest.raises(Denied):
        actions.confirm_table(table=table, by=by, now=AT, values=VALUES, items=items_of(table))
    with pytest.raises(Denied):
        actions.discard_run(run=table.run, by=by, now=AT)
    assert DraftingRun.objects.visible_to(by).count() == 0


def test_discarding_forgets_the_reading_and_keeps_the_draft(cast):
    table = run_of(cast).tables.get()
    actions.confirm_table(table=table, by=cast.li, now=AT, values=VALUES, items=items_of(table))
    actions.discard_run(run=table.run, by=cast.li, now=AT)
    assert (DraftingRun.objects.count(), DraftingTable.objects.count(), DataResource.objects.count()) == (0, 0, 1)


def test_a_foreign_system_is_refused(cast):
    with pytest.raises(Invalid, match="来源系统不是本部门的"):
        run_of(cast, system=registered_system(cast, by=cast.chen, head=cast.huang))


def test_the_database_refuses_two_readings_at_once_and_unknown_states(cast):
    run = run_of(cast)
    for change in ({"state": "GONE"}, {"source": "ORACLE"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DraftingRun.objects.filter(pk=run.pk).update(**change)
    DraftingRun.objects.update(state="RUNNING")
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftingRun.objects.filter(pk=run_of(cast).pk).update(state="RUNNING")
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftingTable.objects.create(run=run, position=1, name="又一", items=[])


# ── where it may connect to ──


@pytest.mark.parametrize(
    ("allowed", "host", "words"),
    [
        ([], "127.0.0.1", "平台没有开放直接读取数据库"),
        (["10.0.0.0/8"], "127.0.0.1", "不允许连接“127.0.0.1”"),
        (["10.0.0.0/8"], "::ffff:127.0.0.1", "不允许连接"),
        (["10.0.0.0/8"], "localhost", "不允许连接"),
        (["127.0.0.0/8"], "169.254.169.254", "不允许连接"),
        (["127.0.0.0/8"], "/var/run/postgresql", "主机不是域名或 IP 地址"),
        (["127.0.0.0/8"], "a b", "主机不是域名或 IP 地址"),
        (["127.0.0.0/8"], "x host=10.0.0.1", "主机不是域名或 IP 地址"),
        (["127.0.0.0/8"], "no-such-host.invalid", "找不到主机"),
    ],
)
def test_only_allowed_networks_are_connected_to(settings, allowed, host, words):
    settings.DRAFTING_NETWORKS = allowed
    with pytest.raises(Invalid, match=words) as refusal:
        networks.address_of(host, 5432)
    assert refusal.value.remedy


def test_a_name_is_refused_when_one_of_its_addresses_is_outside(settings, monkeypatch):
    answers = [(socket.AF_INET, 0, 0, "", (address, 1)) for address in ("127.0.0.5", "8.8.8.8")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(Invalid, match="不允许连接"):
        networks.address_of("db.example", 5432)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers[:1])
    assert networks.address_of("db.example", 5432) == "127.0.0.5"


def test_a_refused_address_leaves_no_run(cast, settings):
    settings.DRAFTING_NETWORKS = []
    with pytest.raises(Invalid, match="平台没有开放直接读取数据库"):
        actions.start_reading(
            by=cast.li, now=AT, department=cast.natural_resources, target=Target("MYSQL", "127.0.0.1", 3306, "d", "u")
        )
    assert not DraftingRun.objects.exists()


# ── a real PostgreSQL ──

SCHEMA = "drafting_try"
SETUP = f"""
CREATE SCHEMA {SCHEMA};
CREATE TABLE {SCHEMA}.person (id bigint PRIMARY KEY, xm varchar(50) NOT NULL, sfzh char(18), photo bytea,
  je numeric(12,2), "奇怪 的""列" text, sj timestamp);
COMMENT ON TABLE {SCHEMA}.person IS '人员基本信息';
COMMENT ON COLUMN {SCHEMA}.person.xm IS '姓名';
CREATE VIEW {SCHEMA}.slow AS SELECT 1 AS n, pg_sleep(5)::text AS s;
CREATE TABLE {SCHEMA}.nothing (a int, b boolean);
"""


@pytest.fixture
def postgresql(committed_cast):
    """A schema with a few tables on the test server, and where it is."""
    with connection.cursor() as cursor:
        cursor.execute(SETUP)
        for number, (name, identity) in enumerate(zip(NAMES, IDS, strict=False)):
            cursor.execute(
                f"INSERT INTO {SCHEMA}.person VALUES (%s, %s, %s, 'x', 1.5, 'y', now())", [number, name, identity]
            )
    where = connection.settings_dict
    target = Target("POSTGRESQL", "127.0.0.1", int(where["PORT"] or 5432), where["NAME"], where["USER"], SCHEMA)
    yield committed_cast, target, where["PASSWORD"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def started(cast, target):
    return actions.start_reading(by=cast.li, now=AT, department=cast.natural_resources, target=target)


def test_a_postgresql_schema_becomes_findings(postgresql, monkeypatch):
    monkeypatch.setattr(databases, "STATEMENT_SECONDS", 1)
    cast, target, password = postgresql
    run = started(cast, target)
    background.read(run, target, password, clock=lambda: AT)
    run.refresh_from_db()
    assert (run.state, run.total, run.done, run.fault) == ("DONE", 3, 3, "")
    tables = {table.name: table for table in run.tables.all()}
    assert set(tables) == {"nothing", "person", "slow"}
    assert tables["slow"].note == databases.NOT_SAMPLED
    person = tables["person"]
    assert person.comment == "人员基本信息"
    told = [
        (
            item["name"],
            item["identifier"],
            item["data_type"],
            item["length"],
            item["scale"],
            item["is_key"],
            item["grade"],
        )
        for item in person.items
    ]
    assert told == [
        ("编号", "id", "I", None, None, True, 1), ("姓名", "xm", "C", 50, None, False, 3),
        ("身份证号", "sfzh", "C", 18, None, False, 4), ("photo", "photo", "G", None, None, False, 1),
        ("金额", "je", "N", 12, 2, False, 2), ('奇怪 的"列', "", "M", None, None, False, 1),
        ("sj", "sj", "T", None, None, False, 1),
    ]  # fmt: skip
    assert person.items[2]["confidence"] > 0.9
    kept = str(person.items)
    assert not [value for value in (*NAMES, *IDS) if value in kept]


def test_the_connection_cannot_write(postgresql):
    _, target, password = postgresql
    reading = databases.read(target, password)
    next(reading)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gdshare-drafting' AND datname = %s",
            [target.database],
        )
        assert cursor.fetchone()[0] == 1
    reading.close()
    conn = psycopg2.connect(host=target.host, port=target.port, dbname=target.database, user=target.user,
                            password=password, options="-c default_transaction_read_only=on")  # fmt: skip
    conn.set_session(readonly=True, autocommit=True)
    with conn.cursor() as cursor, pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        cursor.execute(f"INSERT INTO {SCHEMA}.nothing VALUES (1, true)")
    conn.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"database": "no_such_database"}, "上没有数据库“no_such_database”"),
        ({"user": "no_such_user"}, "拒绝登录"),
        ({"schema": "no_such_schema"}, "这个账号看不到任何数据表"),
        ({"port": 1}, "读不了 127.0.0.1:1"),
    ],
)
def test_what_is_wrong_with_the_address_is_told_without_the_password(postgresql, caplog, change, words):
    cast, target, password = postgresql
    wrong = Target(**{**target.__dict__, **change})
    run = started(cast, wrong)
    background.read(run, wrong, password or "Geheim-9x7", clock=lambda: AT)
    run.refresh_from_db()
    assert run.state == "REFUSED"
    assert words in run.fault
    assert run.remedy
    assert (
        "Geheim"
        not in f"{run.fault}{run.remedy}{caplog.text}{list(AuditEvent.objects.values_list('facts', flat=True))}"
    )


def test_reading_runs_in_a_thread_and_one_at_a_time(postgresql):
    cast, target, password = postgresql
    run = started(cast, target)
    with pytest.raises(Conflict, match="另一个数据库正在读取"):
        started(cast, target)
    thread = background.start(run, target, password, clock=lambda: AT)
    thread.join(30)
    run.refresh_from_db()
    assert run.state == "DONE"
    assert threading.current_thread() is not thread
    started(cast, target)
    later = AT + queries.SILENCE * 2
    again = actions.start_reading(by=cast.li, now=later, department=cast.natural_resources, target=target)
    assert DraftingRun.objects.filter(state="RUNNING").get() == again


def test_a_reading_that_breaks_is_closed(cast, monkeypatch, caplog):
    run = started(cast, Target("MYSQL", "127.0.0.1", 3306, "d", "u"))

    def broken(target, password):
        yield 2, RawTable("甲", [RawColumn("xm")])
        raise RuntimeError("secret-value")

    monkeypatch.setattr(databases, "read", broken)
    background.read(run, Target("MYSQL", "127.0.0.1", 3306, "d", "u"), "pw", clock=lambda: AT)
    run.refresh_from_db()
    assert (run.state, run.done, run.fault) == ("REFUSED", 1, background.BROKEN)
    assert "secret-value" not in caplog.text


# ── a real MySQL or MariaDB ──


MYSQL_PROGRAMS = {"mariadb": ("mariadbd", "mariadb-install-db"), "mysql": ("mysqld", "mysqld")}


def absent(what):
    """Skip, saying what is missing; fail where CI demands it."""
    if os.environ.get("REQUIRE_JOURNEYS") == "1":
        pytest.fail(f"{what} (REQUIRE_JOURNEYS=1)")
    pytest.skip(what)


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def mysql(request, tmp_path_factory):
    """The port of a server of our own with an empty data directory. Debian stable has no MySQL itself."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    program, install = (shutil.which(name, path=path) for name in MYSQL_PROGRAMS[request.param])
    if request.param == "mariadb" and not (program and install):
        absent("no MariaDB: install mariadb-server")
    if request.param == "mysql" and (not program or b"MariaDB" in subprocess.check_output([program, "--version"])):
        pytest.skip("no MySQL here; the mysqld of MariaDB's package is MariaDB")
    home = Path(tmp_path_factory.mktemp(request.param))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = ["--user=root"] if os.geteuid() == 0 else []
    fresh = {
        "mariadb": ["--skip-test-db", "--auth-root-authentication-method=normal"], "mysql": ["--initialize-insecure"],
    }[request.param]  # fmt: skip
    made = [install, "--no-defaults", f"--datadir={home}/data", *user, *fresh]
    subprocess.run(made, check=True, capture_output=True)
    start = home / "start.sql"
    start.write_text(
        "CREATE DATABASE census CHARACTER SET utf8mb4;\nCREATE USER reader@'127.0.0.1' IDENTIFIED BY 'Reader-9';\n"
        "GRANT SELECT ON census.* TO reader@'127.0.0.1';\nUSE census;\n"
        "CREATE TABLE person (id BIGINT PRIMARY KEY, xm VARCHAR(50) NOT NULL COMMENT '姓名：全名', sfzh CHAR(18),"
        " je DECIMAL(12,2), zp LONGBLOB, sc TINYINT(1), `odd``name` TEXT, `a%b` INT) COMMENT='人员基本信息';\n"
        + "".join(
            f"INSERT INTO person VALUES ({number}, '{name}', '{identity}', 1.5, 'x', 1, 'y', 7);\n"
            for number, (name, identity) in enumerate(zip(NAMES, IDS, strict=False))
        ),
        encoding="utf-8",
    )  # fmt: skip
    server = subprocess.Popen(
        [program, "--no-defaults", f"--datadir={home}/data", f"--port={port}", f"--socket={home}/s", *user,
         "--bind-address=127.0.0.1", f"--init-file={start}", "--character-set-server=utf8mb4", "--skip-name-resolve",
         f"--pid-file={home}/pid", "--innodb-buffer-pool-size=16M", f"--secure-file-priv={home}", "--loose-mysqlx=OFF"],
        stdout=subprocess.DEVNULL, stderr=(home / "log").open("w"),
    )  # fmt: skip
    try:
        _wait(port, server, home)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait(port, server, home):
    for _ in range(600):
        assert server.poll() is None, (home / "log").read_text()[-2000:]
        log = (home / "log").read_text()
        if re.search(rf"ready for connections\..*port: {port}\b", log, re.DOTALL):
            return
        time.sleep(0.1)
    raise AssertionError((home / "log").read_text()[-2000:])


def test_a_mysql_schema_becomes_findings(mysql, cast, socket_enabled):
    target = Target("MYSQL", "127.0.0.1", mysql, "census", "reader")
    run = started(cast, target)
    background.read(run, target, "Reader-9", clock=lambda: AT)
    run.refresh_from_db()
    assert (run.state, run.fault) == ("DONE", "")
    table = run.tables.get()
    assert (table.name, table.comment, table.note) == ("person", "人员基本信息", "")
    told = [(item["name"], item["identifier"], item["data_type"], item["length"], item["scale"], item["is_key"])
            for item in table.items]  # fmt: skip
    assert told == [
        ("编号", "id", "I", None, None, True), ("姓名", "xm", "C", 50, None, False),
        ("身份证号", "sfzh", "C", 18, None, False), ("金额", "je", "N", 12, 2, False),
        ("zp", "zp", "G", None, None, False), ("sc", "sc", "L", None, None, False),
        ("odd`name", "", "M", 65535, None, False),
        ("a%b", "", "I", None, None, False),
    ]  # fmt: skip
    assert table.items[2]["confidence"] > 0.9
    assert not [value for value in (*NAMES, *IDS) if value in str(table.items)]


def test_mysql_refusals(mysql, cast, socket_enabled):
    for change, words in (
        ({"user": "nobody"}, "拒绝登录"),
        ({"database": "other"}, "拒绝登录"),
        ({"port": 1}, "读不了"),
    ):
        target = Target(**{**Target("MYSQL", "127.0.0.1", mysql, "census", "reader").__dict__, **change})
        with pytest.raises(Invalid, match=words):
            list(databases.read(target, "Reader-9"))
