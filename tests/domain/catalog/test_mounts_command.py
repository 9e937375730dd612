"""`manage.py mount_table`: the action the page calls, from the shell."""

import json

import pytest
from django.core.management import CommandError, call_command

from catalog.mounts import queries
from tests.factories.catalog import published_resource
from tests.factories.mounts import ROWS


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "登记.csv"
    path.write_bytes(ROWS.encode("gb18030"))
    return path


def test_it_tells_rows_and_ends_well(cast, file, capsys):
    resource = published_resource(cast)
    call_command("mount_table", resource.code, str(file))
    assert "装入 3 行，拒绝 0 行" in capsys.readouterr().out
    assert queries.current_table(resource).row_count == 3


def test_json_for_scripts(cast, file, capsys):
    call_command("mount_table", published_resource(cast).code, str(file), "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["rows"], told["rejected"], told["faults"]) == ("CURRENT", 3, 0, [])


def test_anything_refused_is_exit_status_1(cast, file, capsys):
    resource = published_resource(cast)
    file.write_text(ROWS + "440106001001GB00001F00010009,4,周某,4,1,2026-13-45\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("mount_table", resource.code, str(file))
    assert ended.value.code == 1
    out = capsys.readouterr().out
    assert "第 5 行“登记日期”（2026-13-45）：日历上没有这一天" in out
    assert queries.current_table(resource).row_count == 3


def test_a_strict_load_keeps_the_old_data(cast, file):
    resource = published_resource(cast)
    call_command("mount_table", resource.code, str(file))
    file.write_text(ROWS + "x,4,周某,4,1,2026-13-45\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("mount_table", resource.code, str(file), "--strict")
    assert queries.current_table(resource).number == 1


@pytest.mark.parametrize(
    ("code", "path", "user", "words"),
    [("nope", "", None, "没有资源代码"), ("", "nope.csv", None, "没有文件"), ("", "", "wu", "没有可以挂接数据的经办")],
)
def test_a_wrong_call_says_what_to_do(cast, file, code, path, user, words):
    resource = published_resource(cast)
    options = ["--user", user] if user else []
    with pytest.raises(CommandError, match=words):
        call_command("mount_table", code or resource.code, path or str(file), *options)
