"""Mounted tables, loaded by the real action."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from catalog.mounts import actions
from catalog.mounts.models import TableVersion
from catalog.mounts.sources import LoadOptions
from catalog.resources.models import DataResource
from tests.cast import Cast
from tests.factories.catalog import published_resource

LOADED_AT = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
DATASETS = Path(__file__).resolve().parents[3] / "shared" / "data"

ROWS = """不动产单元号,权利类型,权利人姓名,权利人身份证号,建筑面积,登记日期
440106001001GB00001F00010001,4,陈大文,440101199001011234,89.62,2026-01-02
440106001001GB00001F00010002,4,林小红,440102198512121220,"1,204.00",2026/1/3
440106001001GB00001F00010003,2,佛山市海川贸易有限公司,91440600MA4UABCD1X,136.40,2026年1月4日
"""
"""Fits `tests.factories.catalog.ITEMS`."""


def dataset(name: str) -> Path:
    """A real input file; the test is skipped with the reason when it is not there."""
    path = DATASETS / name
    if not path.is_file():
        pytest.skip(f"real input {name} is not beside the project (../shared/data)")
    return path


def text_items(names: Sequence[str], **types: str) -> list[dict[str, Any]]:
    """Items of these names, f1, f2 … ; `types` by identifier, text otherwise."""
    return [
        {"name": name, "identifier": f"f{number}", "data_type": types.get(f"f{number}", "C"), "grade": 1}
        for number, name in enumerate(names, 1)
    ]


def load(
    resource: DataResource, content: str | bytes, by: Any, *, file_name: str = "数据.csv", **options: Any
) -> TableVersion:
    """Load content as a file."""
    raw = content.encode() if isinstance(content, str) else content
    return actions.load_table(
        resource=resource, file=io.BytesIO(raw), file_name=file_name, by=by, now=LOADED_AT,
        options=LoadOptions(**options),
    )  # fmt: skip


def mounted_resource(
    cast: Cast,
    *,
    content: str | bytes = ROWS,
    items: Iterable[Mapping[str, Any]] | None = None,
    share_type: str = "UNCONDITIONAL",
    options: Mapping[str, Any] | None = None,
    **values: Any,
) -> DataResource:
    """A published resource of 省自然资源厅 with rows in it."""
    resource = published_resource(cast, share_type=share_type, items=items, **values)
    version = load(resource, content, values.get("by") or cast.li, **(options or {}))
    assert version.state == TableVersion.State.CURRENT, version.faults
    resource.refresh_from_db()
    return resource
