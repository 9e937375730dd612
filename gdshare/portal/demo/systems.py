"""Information systems of the demonstration: who has them, what they hold, and how far their catalog is."""

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from catalog.census import actions as census
from catalog.census import queries
from catalog.census.models import Purpose
from catalog.drafting import actions as drafting
from catalog.systems import actions as systems
from catalog.systems.models import InformationSystem
from catalog.taxonomy.models import Term

if TYPE_CHECKING:
    from gdshare.portal.demo.loading import Province

# 部门 | 系统 | 状态 | 网络 | 数据库 | 等保 | 承建单位 | 上线 | 数据库表 | 业务事项 | 目录 | 走到哪一步
SYSTEMS = """
zr | 不动产登记信息管理平台 | RUNNING | EGOV | postgresql | 3 | 南方数码科技股份有限公司 | 2017-09-01 | 不动产登记信息 | 不动产登记 | 不动产登记信息 | CERTIFIED
zr | 矿业权登记管理系统 | RUNNING | DEDICATED | oracle | 2 | 粤地信息工程院 | 2015-03-15 | 矿业权登记信息、采矿权抵押备案 | 采矿权登记 | 矿业权登记信息 | REGISTERED
zr | 地质灾害监测预警系统 | BUILDING | EGOV | kingbasees | 3 | 岭南遥感技术有限公司 | | 地质灾害隐患点信息、监测设备、预警发布记录 | 地质灾害防治 | 地质灾害隐患点信息 | VERIFYING
mz | 社会救助综合管理系统 | RUNNING | EGOV | mysql | 3 | 粤民软件有限公司 | 2019-06-30 | 最低生活保障对象信息、特困供养人员信息、临时救助信息 | 最低生活保障待遇审批 | 最低生活保障对象信息、特困供养人员信息、临时救助信息 | REGISTERED
mz | 婚姻登记信息系统 | RUNNING | EGOV | oracle | 3 | 粤民软件有限公司 | 2012-01-01 | 婚姻登记信息 | | 婚姻登记信息 | REGISTERED
ga | 人口信息管理系统 | RUNNING | DEDICATED | oracle | 3 | 公安厅科技信息化总队 | 2010-10-01 | 户籍人口基本信息、居住证登记信息 | | 户籍人口基本信息、居住证登记信息 | REGISTERED
rs | 社会保险集中式信息系统 | RUNNING | EGOV | mysql | 3 | 东软集团股份有限公司 | 2021-04-01 | 职工基本养老保险参保信息、失业保险金领取信息、工伤保险待遇信息 | | 职工基本养老保险参保信息、失业保险金领取信息 | REGISTERED
zr | 国土空间规划“一张图”系统 | PLANNED | EGOV | postgresql | 0 | | | 规划分区、规划用地 | 规划许可 | | DRAFT
"""
DRAFTED = (
    "许可证号,矿山名称,矿业权人,统一社会信用代码,联系电话,有效期至,生产规模\n"
    "C4400002024,云浮硫铁矿,广东云浮矿业有限公司,914441568625276074,13800138000,2030-06-30,30.5\n"
    "C4400002025,石碌采石场,韶关石碌石材有限公司,91446619189555973Q,13922223333,2028-12-31,12.0\n"
    "C4400002026,英德方解石矿,英德方解石开发有限公司,914465059711471013,15012345678,2027-03-01,8.25\n"
)


@transaction.atomic
def load(province: "Province") -> str:
    """Register, link and certify; and one uploaded file that waits to be confirmed."""
    terms = {(term.kind, term.code): term for term in Term.objects.filter(kind__in=("NETWORK", "FORMAT_TYPE"))}
    count = 0
    for line in SYSTEMS.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        entries = [name for name in cells[10].split("、") if name in province.resources]
        if province.is_small and not entries:
            continue
        _load_one(province, cells, entries, terms, age=60 - 4 * count)
        count += 1
    handler = province.handler("zr")
    drafting.draft_from_file(
        by=handler, now=province.before(1), department=province.departments["zr"],
        file=io.BytesIO(DRAFTED.encode()), file_name="采矿许可证台账.csv",
    )  # fmt: skip
    return f"{count} 个"


def _load_one(
    province: "Province", cells: list[str], entries: list[str], terms: dict[tuple[str, str], Term], age: int
) -> None:
    slug, name, life, network, database, level, builder, online, tables, matters, _, stop = cells
    handler, head = province.handler(slug), province.head(slug)
    values: dict[str, Any] = {
        "name": name, "life": life, "network": terms["NETWORK", network],
        "database_kind": terms["FORMAT_TYPE", database], "protection_level": int(level), "builder": builder,
        "online_on": date.fromisoformat(online) if online else None,
        "tables": [part for part in tables.split("、") if part], "matters": [part for part in matters.split("、") if part],
    }  # fmt: skip
    system = systems.create_system(
        by=handler, now=province.before(age), department=province.departments[slug], values=values
    )
    for entry in entries:
        census.link_entry(system=system, resource=province.resources[entry], by=handler, now=province.before(age))
    _cover(system, handler, province.before(age))
    if stop == "DRAFT":
        return
    systems.submit(system=system, by=handler, now=province.before(age - 1))
    systems.approve(system=system, by=head, now=province.before(age - 2))
    if stop == "VERIFYING":
        return
    auditor = province.people["sj", "SECOND"]
    system = systems.verify(system=system, by=auditor, now=province.before(age - 3))
    if stop == "CERTIFIED" and not queries.missing(system, Purpose.ACCEPTANCE):
        census.ask_certificate(system=system, purpose=Purpose.ACCEPTANCE, by=handler, now=province.before(3))
        census.issue_certificate(system=system, purpose=Purpose.ACCEPTANCE, by=auditor, now=province.before(2))


def _cover(system: InformationSystem, handler: Any, now: Any) -> None:
    suggested = queries.suggestions(queries.parts_of(system), queries.entries_of(system))
    chosen = {part: entry.pk for part, entry in suggested.items()}
    census.cover_parts(system=system, by=handler, now=now, chosen=chosen)
