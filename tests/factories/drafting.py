"""A file read into findings, waiting to be confirmed."""

import io

from catalog.drafting import actions
from catalog.drafting.models import DraftingTable
from tests.cast import Cast
from tests.factories.systems import AT


def drafting_table(cast: Cast, name: str = "人员") -> DraftingTable:
    """A small csv that li of 省自然资源厅 uploaded."""
    content = "编号,姓名,手机号\nA1,陈嘉敏,13800138000\nA2,黄志远,13922223333\nA3,李卓然,15012345678\n"
    run = actions.draft_from_file(
        by=cast.li,
        now=AT,
        department=cast.natural_resources,
        file=io.BytesIO(content.encode()),
        file_name=f"{name}.csv",
    )
    return run.tables.get()
