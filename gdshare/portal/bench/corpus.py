"""A catalog to search in: any number of published entries of about sixteen items each, the same on every machine.

Written by SQL from small vocabularies and a hash of the entry's number; triggers are off meanwhile, and the search's
rows are made in one go by the very function that the triggers call.
"""
# ruff: noqa: S311, S608  the statements are made of this file's own words

import random
from collections.abc import Iterator
from io import StringIO

from django.db import connection

from catalog.resources.models import DataItem, DataResource
from gdshare.lib.codes import uscc_check_character
from gdshare.lib.pinyin import syllables
from security.departments.models import Department, Region


def _words(text: str) -> list[str]:
    return text.split()


PLACES = _words("""
    广东省 广州市 深圳市 珠海市 汕头市 佛山市 韶关市 湛江市 肇庆市 江门市 茂名市 惠州市 梅州市
    汕尾市 河源市 阳江市 清远市 东莞市 中山市 潮州市 揭阳市 云浮市 天河区 越秀区 南山区 福田区
    香洲区 顺德区 禅城区 端州区 惠城区 梅江区
""")
OFFICES = _words("""
    民政局 公安局 教育局 财政局 人社局 自然资源局 生态环境局 住建局 交通局 水务局 农业农村局
    商务局 卫健局 市场监管局
""")
THINGS = _words("""
    不动产登记 企业年度报告 养老保险参保 医师执业 道路运输许可 水质监测 学位授予 残疾人证 公积金缴存
    施工许可 食品经营许可 机动车登记 社会组织法人 地质灾害点 空气质量 人口基本 婚姻登记 户籍
    出生医学证明 死亡证明 低保对象 特困人员 失业保险 工伤保险 医疗保险结算 纳税信用 行政处罚
    行政许可 建设用地规划 土地出让 矿业权 林权 海域使用 渔业捕捞 种子生产 农药经营 动物防疫
    兽药经营 屠宰企业 粮食收购 药品经营 医疗器械 化妆品生产 特种设备 计量器具 商标注册 专利授权
    科技项目 高新技术企业 教师资格 学籍 普通话等级 职业资格 技能鉴定 公务员 事业单位 律师执业 公证
    司法鉴定 法律援助 社区矫正 消防验收 安全生产许可 危险化学品 烟花爆竹 应急物资 避难场所 气象站点
    水文站 河道 水库 取水许可 排污许可 固体废物 辐射安全 环评审批 公交线路 出租汽车 船舶登记 船员
    港口经营 公路养护 桥梁 隧道 旅游景区 导游 星级饭店 文物保护
""")
TAILS = _words("""
    信息 基本信息 登记信息 明细数据 统计数据 名录 备案信息 年度汇总 核查结果 监测数据 证照信息
    变更记录
""")
PARTS = _words("""
    姓名 性别 身份证号码 统一社会信用代码 单位名称 法定代表人 联系电话 通信地址 证书编号 登记机关
    发证日期 有效期至 状态 类别 等级 金额 面积 数量 户籍地址 出生日期 民族 学历 职务
    行政区划代码 经度 纬度 备注 更新时间 业务流水号 申请日期 受理日期 办结日期 审批结果 许可内容
    处罚决定 案件编号 经营范围 注册资本 成立日期 注销日期 所属行业 从业人数 营业收入 纳税额
    缴费基数 参保险种 缴费月数 账户余额 监测点位 监测时间 监测值 超标倍数 设备编号 检验日期
    检验结论 车牌号码 车辆类型 核定载客 线路名称 起点 终点 里程 建设单位 施工单位 监理单位
    项目名称 项目代码 投资总额 开工日期 竣工日期 用地面积 建筑面积 权利人 权利类型 不动产单元号
    抵押金额 查封机关 宗地代码 图斑编号 药品名称 批准文号 规格型号 生产企业 医疗机构 诊断编码
""")
WHOSE = _words("""
    申请人 被处罚人 监护人 配偶 户主 经营者 负责人 所有权人 使用权人 委托人 经办人 持证人 投资人
    股东 车主 承包方
""")
SAID = _words("""
    由业务系统按照规定的周期更新 供各部门在履行职责时核对使用 记录了办理过程中形成的主要内容
    包含申请受理审批和办结各环节 数据来源于全省统一的业务平台 经过清洗比对和质量校验后归集
    不包含涉及国家秘密和商业秘密的内容 用于行政审批公共服务和事中事后监管 覆盖省市县三级有关单位
    自二〇一五年以来的全部历史记录 每条记录对应一个办理事项 按照统一编码规则管理
""")
SEED = 20261125

NUMBER = """
CREATE OR REPLACE FUNCTION pg_temp.h(n bigint, salt int, size int) RETURNS int LANGUAGE sql IMMUTABLE
RETURN abs(hashint8extended(n, salt) % size)::int;
CREATE OR REPLACE FUNCTION pg_temp.pick(words text[], n bigint, salt int) RETURNS text LANGUAGE sql IMMUTABLE
RETURN words[1 + pg_temp.h(n, salt, cardinality(words))];
"""


def build(model: DataResource, entries: int) -> None:
    """`entries` entries like `model`, each of another name, provider, theme and items."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(NUMBER)
        _departments()
        for table in ("catalog_dataresource", "catalog_dataitem"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        _entries(cursor, model, entries)
        _items(cursor)
        _texts(cursor)
        for table in ("catalog_dataresource", "catalog_dataitem"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        _rows(cursor)
        cursor.execute("VACUUM (ANALYZE) catalog_searchrow")
        cursor.execute("ANALYZE")
        cursor.execute("RESET statement_timeout")


def _departments() -> None:
    for number, place in enumerate(PLACES, 1):
        region, _ = Region.objects.get_or_create(code=str(449000 + number), defaults={"name": place, "level": "CITY"})
        Department.objects.bulk_create(
            Department(
                name=place + office, short_name=place + office, uscc=_uscc(number * 100 + at), region=region,
                level="CITY" if number > 1 else "PROVINCE", kind="GOVERNMENT",
            )
            for at, office in enumerate(OFFICES)
        )  # fmt: skip


def _uscc(number: int) -> str:
    body = f"1144900{number:010d}"
    return body + uscc_check_character(body)


def _entries(cursor, model: DataResource, entries: int) -> None:
    made = {
        "name": "place || thing || tail || CASE pg_temp.h(n, 9, 3) WHEN 0 THEN '（' || 2010 + pg_temp.h(n, 10, 16) || "
        "'年）' ELSE '' END",
        "code": "'BENCH/' || lpad(n::text, 7, '0')",
        "abstract": "place || thing || tail || '，' || pg_temp.pick(%(said)s, n, 6) || '，' || "
        "pg_temp.pick(%(said)s, n, 7) || '，' || pg_temp.pick(%(said)s, n, 8) || '。'",
        "provider_id": "(SELECT d.id FROM security_department d WHERE d.name = place || "
        "pg_temp.pick(%(offices)s, n, 2))",
        "region_id": "NULL",
        "theme_id": "(%(themes)s::bigint[])[1 + thing_no %% cardinality(%(themes)s::bigint[])]",
        "base_library_id": "(%(libraries)s::bigint[])[1 + pg_temp.h(n, 50, 20)]",
        "share_type": "(ARRAY['UNCONDITIONAL','CONDITIONAL','NOT_SHARED'])[1 + (pg_temp.h(n, 52, 10) / 6) + "
        "(pg_temp.h(n, 52, 10) / 9)]",
        "legal_basis": "'《不动产登记暂行条例》'",
        "share_conditions": "'限履行职责使用'",
        "update_cycle": "(ARRAY['DAILY','MONTHLY','YEARLY','WEEKLY','QUARTERLY','REALTIME','IRREGULAR'])"
        "[1 + pg_temp.h(n, 53, 7)]",
        "format_category": "(ARRAY['数据库','电子表格','电子文件','服务接口'])[1 + pg_temp.h(n, 54, 4)]",
        "open_type": "(ARRAY['NOT_OPEN','OPEN'])[1 + pg_temp.h(n, 55, 4) / 3]",
        "grade": "1 + pg_temp.h(n, 56, 4)",
        "is_restricted": "pg_temp.h(n, 57, 50) = 0",
        "use_count": "(pg_temp.h(n, 58, 1000) * pg_temp.h(n, 59, 1000)) / 20000",
        "published_at": "timestamptz '2024-01-01 00:00+08' + make_interval(hours => pg_temp.h(n, 60, 20000))",
        "external_code": "NULL",
        "item_count": "16",
        "row_count": "NULL",
        "data_updated_at": "NULL",
        "pinyin": "'{}'",
        "search_text": "''",
    }
    columns = [
        field.column for field in DataResource._meta.concrete_fields if field.column != "id" and not field.generated
    ]
    values = ", ".join(made.get(column, f"m.{column}") for column in columns)
    cursor.execute(
        f"INSERT INTO catalog_dataresource ({', '.join(columns)}) SELECT {values} FROM catalog_dataresource m, ("
        "SELECT n, pg_temp.pick(%(places)s, n, 1) AS place, "
        "pg_temp.h(n, 3, cardinality(%(things)s)) AS thing_no, pg_temp.pick(%(things)s, n, 3) AS thing, "
        "pg_temp.pick(%(tails)s, n, 4) AS tail FROM generate_series(1, %(entries)s) AS n) AS g WHERE m.id = %(model)s",
        {
            "places": PLACES, "offices": OFFICES, "things": THINGS, "tails": TAILS, "said": SAID, "entries": entries,
            "model": model.pk,
            "themes": _terms(cursor, "THEME"), "libraries": _terms(cursor, "BASE_LIBRARY"),
        },
    )  # fmt: skip


def _terms(cursor, kind: str) -> list[int]:
    cursor.execute("SELECT id FROM catalog_term WHERE kind = %s ORDER BY code", [kind])
    return [pk for (pk,) in cursor.fetchall()]


def _items(cursor) -> None:
    made = {
        "resource_id": "r.id", "position": "k.position", "name": "k.name", "identifier": "'x' || k.position",
        "grade": "1", "retired_at": "NULL",
    }  # fmt: skip
    columns = [field.column for field in DataItem._meta.concrete_fields if field.column != "id" and not field.generated]
    values = ", ".join(made.get(column, f"i.{column}") for column in columns)
    cursor.execute(
        f"INSERT INTO catalog_dataitem ({', '.join(columns)}) SELECT {values} FROM (SELECT * FROM catalog_dataitem "
        "ORDER BY id LIMIT 1) AS i, catalog_dataresource r, LATERAL (SELECT name, row_number() OVER () AS position "
        "FROM (SELECT DISTINCT CASE pg_temp.h(r.id * 31 + s, 21, 4) "
        "WHEN 0 THEN pg_temp.pick(%(whose)s, r.id * 31 + s, 22) "
        "ELSE '' END || (%(parts)s::text[])[1 + (pg_temp.h(r.id, 25, 40) + pg_temp.h(r.id * 31 + s, 23, 60)) %% "
        "cardinality(%(parts)s::text[])] AS name FROM generate_series(1, 17) AS s) AS names) AS k "
        "WHERE r.code LIKE 'BENCH/%%'", {"whose": WHOSE, "parts": PARTS})  # fmt: skip


def _texts(cursor) -> None:
    """Pinyin as publishing writes it, put together from the vocabularies' syllables; and the text that drafts have."""
    cursor.execute("CREATE TEMP TABLE sounds (name text PRIMARY KEY, pinyin text[])")
    cursor.execute("SELECT DISTINCT name FROM catalog_dataresource WHERE code LIKE 'BENCH/%'")
    known = {word: syllables(word) for word in (*PLACES, *THINGS, *TAILS)}
    file = StringIO("".join(f"{name}\t{{{','.join(_sounds(name, known))}}}\n" for (name,) in cursor.fetchall()))
    cursor.copy_expert("COPY sounds FROM STDIN", file)
    common = sorted({sound for word in PARTS[:6] for sound in ("".join(syllables(word)),)})
    cursor.execute(
        "UPDATE catalog_dataresource r SET pinyin = s.pinyin || %s::text[], search_text = gd_search_body(r) "
        "FROM sounds s WHERE s.name = r.name", [common])  # fmt: skip
    cursor.execute("DROP TABLE sounds")


def _sounds(name: str, known: dict[str, tuple[str, ...]]) -> Iterator[str]:
    base, _, year = name.partition("（")
    place = base[:3]
    thing = max((word for word in THINGS if base[3:].startswith(word)), key=len)
    tail = base[3 + len(thing) :]
    parts = (*known[place], *known[thing], *known[tail], *([year.rstrip("年）"), "nian"] if year else []))
    for start in range(len(parts)):
        for sound in {"".join(parts[start:])[:40], "".join(part[0] for part in parts[start:])[:40]}:
            if len(sound) > 1:
                yield sound
                if start == 0:
                    yield f":{sound}"


def _rows(cursor) -> None:
    """The search's rows; its large index is made after them."""
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'searchrow_lexemes'")
    index = cursor.fetchone()[0]
    cursor.execute("DROP INDEX searchrow_lexemes")
    cursor.execute("SELECT min(id), max(id) FROM catalog_dataresource")
    first, last = cursor.fetchone()
    for start in range(first, last + 1, 20_000):
        cursor.execute(
            "SELECT gd_search_refresh(ARRAY(SELECT id FROM catalog_dataresource WHERE id >= %s AND id < %s))",
            [start, start + 20_000],
        )
    cursor.execute("SET maintenance_work_mem = '512MB'")
    cursor.execute(index)


def queries(count: int = 200) -> list[str]:
    """What is looked for: cuts of one to six characters, whole words, pieces, cuts across words, and pairs that nothing
    has; the same each time.
    """
    rng = random.Random(SEED)
    found: list[str] = []
    while len(found) < count:
        size = 1 + len(found) % 6
        source = rng.choice(
            (
                rng.choice(PLACES) + rng.choice(THINGS) + rng.choice(TAILS),
                rng.choice(WHOSE) + rng.choice(PARTS),
                rng.choice(PARTS),
                rng.choice(SAID),
                "".join(rng.choice(rng.choice(THINGS + PARTS)) for _ in range(6)),
            )
        )
        start = rng.randrange(max(1, len(source) - size + 1))
        cut = source[start : start + size]
        if len(cut) == size and cut not in found:
            found.append(cut)
    return found
