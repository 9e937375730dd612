"""A department's own ledger on its way into the catalog: its columns were told once, it is checked, two rows have
faults, nobody has confirmed it yet.
"""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from catalog.resources import actions

FILE_NAME = "社会组织业务台账.csv"
LEDGER = """表的名称,编号,讲什么,字段,能否共享,多久更新,负责处室
社会组织法人登记台账,SZ-01,全省社会组织登记的名称、住所和法定代表人,社会组织名称|统一社会信用代码|法定代表人|住所,无条件共享,每日,社会组织管理处
社会组织年度检查结论,SZ-02,社会组织年度检查的结论和整改情况,社会组织名称|年度|结论|整改情况,无条件共享,每年,社会组织管理处
慈善组织公开募捐资格,SZ-03,具有公开募捐资格的慈善组织,慈善组织名称|证书编号|有效期止,可以共享吧,每月,慈善事业促进处
社会工作者登记,SZ-04,持证社会工作者的登记信息,姓名|证书编号|登记机关,无条件共享,双周,社会工作处
志愿服务组织名录,SZ-05,在民政部门标识的志愿服务组织,组织名称|标识日期|联系地址,无条件共享,每季度,社会工作处
"""
TARGETS = {
    "表的名称": "name", "编号": "external_code", "讲什么": "abstract", "字段": "items", "能否共享": "share_type",
    "多久更新": "update_cycle", "负责处室": "internal_unit",
}  # fmt: skip


def bring(by: Any, now: datetime) -> int:
    """Through the real actions; returns how many records the ledger has."""
    row = actions.queue_import(
        by=by, now=now, department=by.department, file=ContentFile(LEDGER.encode()), file_name=FILE_NAME,
        is_declared_non_secret=True,
    )  # fmt: skip
    _run(row.pk, now)
    actions.save_mapping(catalog_import=row, by=by, now=now, name="社会组织业务台账", targets=TARGETS)
    return _run(row.pk, now)


def _run(pk: int, now: datetime) -> int:
    [row] = actions.claim_imports(now=now, only=pk)
    return actions.run_import(catalog_import=row, now=now).total
