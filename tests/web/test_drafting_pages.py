"""Pages of 从数据生成目录."""

import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.drafting.models import DraftingRun, DraftingTable
from catalog.resources.models import DataResource
from tests.client import visible_text, web_client
from tests.domain.catalog.test_drafting import PEOPLE_CSV
from tests.factories.systems import registered_system

HOME = "/catalog/drafting/"


def upload(client, name="人员.csv", content=PEOPLE_CSV, **fields):
    return client.post(f"{HOME}file/", {"file-file": SimpleUploadedFile(name, content.encode())} | fields)


def confirmation(client, path, **changes):
    """What the page would post as it stands."""
    html = client.get(path).content.decode()
    form = {"name": "人员信息", "share_type": "CONDITIONAL", "update_cycle": "MONTHLY"}
    for tag in re.findall(r"<input[^>]*name=\"items-[^>]*>", html):
        name = re.search(r'name="([^"]+)"', tag)[1]
        value = re.search(r'value="([^"]*)"', tag)
        if 'type="checkbox"' not in tag or "checked" in tag:
            form[name] = "on" if 'type="checkbox"' in tag else value[1] if value else ""
    for name, body in re.findall(r'<select name="(items-[^"]+)"(.*?)</select>', html, re.DOTALL):
        form[name] = re.search(r'value="([^"]*)" selected', body)[1]
    return form | changes


@pytest.mark.parametrize(("name", "status"), [("li", 200), ("zhou", 403), ("liang", 200), ("auditor", 403)])
def test_who_opens_it(cast, name, status):
    assert web_client(cast.people[name]).get(HOME).status_code == status


def test_a_file_is_read_looked_at_and_confirmed(cast):
    system = registered_system(cast)
    client = web_client(cast.li)
    answer = upload(client, **{"file-system": system.pk})
    table = DraftingTable.objects.get()
    path = f"{HOME}tables/{table.pk}/"
    assert answer.url == path
    text = visible_text(client.get(path).content.decode())
    assert "身份证号 把握 98%" in text
    assert "抽样 8 个值，8 个校验位符合 GB 11643" in text
    assert "6 列，其中 3 列猜出了种类" in text
    refused = client.post(path, confirmation(client, path))
    assert refused.status_code == 422
    assert "请逐项核对后勾选" in refused.content.decode()
    assert not DataResource.objects.exists()
    done = client.post(
        path, confirmation(client, path, is_confirmed="on", **{"items-5-name": "补贴金额", "items-2-grade": "4"})
    )
    resource = DataResource.objects.get()
    assert done.url == f"/catalog/resources/{resource.pk}/"
    assert [item.name for item in resource.items.order_by("position")] == [
        "编号", "姓名", "身份证号", "手机号", "登记日期", "补贴金额",
    ]  # fmt: skip
    assert "这张表已经生成目录" in client.get(path).content.decode()
    assert web_client(cast.chen).get(path).status_code == 404
    assert web_client(cast.zhou).get(path).status_code == 404


def test_columns_left_out_and_faults_beside_their_fields(cast):
    client = web_client(cast.li)
    upload(client)
    path = f"{HOME}tables/{DraftingTable.objects.get().pk}/"
    form = confirmation(client, path, is_confirmed="on")
    form |= {"items-1-name": "编号"}
    assert "信息项“编号”重复" in client.post(path, form).content.decode()
    form = {name: value for name, value in form.items() if not name.endswith("is_kept")}
    assert "没有选择任何信息项" in client.post(path, form).content.decode()


@pytest.mark.parametrize(("name", "words"), [("a.pdf", "不是可以读取的文件"), ("a.csv", "没有找到带表头的表")])
def test_a_bad_file_is_told_at_the_field(cast, name, words):
    answer = upload(web_client(cast.li), name, "只有一行")
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_database_outside_the_allowed_networks_is_refused_at_the_field(cast, settings):
    form = {"kind": "MYSQL", "host": "10.1.1.1", "port": "", "database": "d", "user": "u", "password": "Geheim-9x7"}
    for allowed, words in (([], "平台没有开放直接读取数据库"), (["192.168.0.0/16"], "不允许连接“10.1.1.1”")):
        settings.DRAFTING_NETWORKS = allowed
        answer = web_client(cast.li).post(f"{HOME}database/", form)
        assert answer.status_code == 422
        html = answer.content.decode()
        assert words in html
        assert "Geheim" not in html
    assert not DraftingRun.objects.exists()


def test_a_database_is_read_behind_the_page(committed_cast, settings):
    from django.db import connection

    settings.DRAFTING_NETWORKS = ["127.0.0.0/8"]
    where = connection.settings_dict
    client = web_client(committed_cast.li)
    answer = client.post(f"{HOME}database/", {
        "kind": "POSTGRESQL", "host": "127.0.0.1", "port": where["PORT"], "database": where["NAME"],
        "user": where["USER"], "password": where["PASSWORD"] or "x", "schema": "no_such_schema",
    })  # fmt: skip
    run = DraftingRun.objects.get()
    assert answer.url == f"{HOME}{run.pk}/"
    for _ in range(100):
        text = visible_text(client.htmx(answer.url).content.decode())
        if "读取中" not in text:
            break
        time.sleep(0.1)
    assert "这个账号看不到任何数据表" in text
    assert client.post(f"{HOME}{run.pk}/discard/").status_code == 302
    assert "还没有读过" in client.get(HOME).content.decode()
