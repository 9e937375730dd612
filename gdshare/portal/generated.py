"""The generated files: tables of the code as pages, and the schema as the tests know it. `make docs` writes them."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from catalog.resources import workflow as resources
from catalog.systems import workflow as systems
from security.access import permissions
from security.access.permissions import Permission
from security.access.roles import ROLES
from sharing.conflicts import workflow as conflicts
from sharing.corrections import workflow as corrections
from sharing.demands import workflow as demands
from sharing.disputes import workflow as disputes
from sharing.grants import workflow as grants
from sharing.share_requests import workflow as share_requests
from sharing.supervision import workflow as supervision

HEAD = "<!-- 由 `make docs` 生成，请勿手改。 -->\n\n"


def permissions_page() -> str:
    """Role × permission."""
    roles = list(ROLES.values())
    lines = [
        "# 角色与权限",
        "",
        "角色和权限都在代码里（`security/access/`），一个人在一个部门任一个角色。●：有此权限，且只在任职的部门有。",
        "",
        "| 权限 | " + " | ".join(role.label for role in roles) + " |",
        "|---|" + ":-:|" * len(roles),
    ]
    for permission in Permission:
        marks = ("●" if permission in role.permissions else "" for role in roles)
        lines.append(f"| {permissions.LABELS[permission]} `{permission}` | " + " | ".join(marks) + " |")
    lines += ["", "| 角色 | 代码 | 职责 |", "|---|---|---|"]
    lines += [f"| {role.label} | `{role.code}` | {role.description} |" for role in roles]
    lines += ["", "系统管理员、安全管理员、审计管理员互相独立，也不兼业务角色（数据库约束）。", ""]
    return HEAD + "\n".join(lines)


def states_page() -> str:
    """Every workflow's statuses and moves."""
    parts = ["# 状态与步骤", ""]
    for title, workflow in (
        ("政务数据资源目录", resources),
        ("信息系统登记", systems),
        ("共享申请", share_requests),
        ("授权", grants),
        ("疑义校核", corrections),
        ("争议", disputes),
        ("目录外需求", demands),
        ("督办单", supervision),
        ("数据比对", conflicts),
    ):
        parts += [f"## {title}", "", *_diagram(workflow), "", *_table(workflow), ""]
    return HEAD + "\n".join(parts)


TABLES = Path("tests") / "domain" / "sharing"


def matrix_page() -> str:
    """Status × verb × person of a share request and of a grant, from the tables that the tests prove."""
    lines = [
        "# 共享申请、授权、疑义校核、争议、目录外需求、督办和数据比对：谁在什么时候能做什么",
        "",
        f"七张表来自 `{TABLES}`，测试逐格验证。`ok` 可以；`403` 这个人不可以；`409` 现在不是时候；`404` 看不到。",
        "",
        "- chen、huang：申请部门经办、负责人",
        "- li、zhou：提供部门经办、负责人",
        "- liang、he：主管部门经办、负责人",
        "- wu：其他部门；auditor：审计管理员",
        "- `UNDER_REVIEW+PROPOSED`：提供部门经办已提出意见，主管部门还没有",
        "- `UNDER_REVIEW+EXTENSION`：提供部门已申请延期，主管部门还没有决定",
        "- `SUSPENDED+BY_AUTHORITY`：由主管部门暂停，其余的 `SUSPENDED` 由提供部门暂停",
        "",
        *_matrix("共享申请", TABLES / "permissions_matrix.txt"),
        *_matrix("授权", TABLES / "grants_matrix.txt"),
        *_matrix("疑义校核", TABLES / "corrections_matrix.txt"),
        *_matrix("争议", TABLES / "disputes_matrix.txt"),
        *_matrix("目录外需求", TABLES / "demands_matrix.txt"),
        *_matrix("督办单", TABLES / "supervision_matrix.txt"),
        *_matrix("数据比对", TABLES / "conflicts_matrix.txt"),
    ]
    return HEAD + "\n".join(lines)


def _matrix(title: str, table: Path) -> list[str]:
    head, *rows = [f"| {' | '.join(line.split())} |" for line in (settings.BASE_DIR / table).read_text().splitlines()]
    return [f"## {title}", "", head, "|" + "---|" * (head.count("|") - 1), *rows, ""]


def _diagram(workflow: ModuleType) -> list[str]:
    arrows = [
        f"  {source} --> {move.target}: {verb}" for verb, move in workflow.MOVES.items() for source in move.sources
    ]
    names = [f'  state "{label}" as {status}' for status, label in workflow.LABELS.items()]
    return ["```mermaid", "stateDiagram-v2", *names, *arrows, "```"]


def _table(workflow: ModuleType) -> list[str]:
    lines = ["| 动作 | 从 | 到 | 由谁 |", "|---|---|---|---|"]
    for verb, move in workflow.MOVES.items():
        sources = "、".join(workflow.LABELS[source] for source in move.sources)
        lines.append(f"| `{verb}` | {sources} | {workflow.LABELS[move.target]} | `{move.side}` |")
    return lines


def schema() -> str:
    """OpenAPI 3, as /api/schema/ serves it."""
    made = SchemaGenerator().get_schema(request=None, public=True)
    return OpenApiYamlRenderer().render(made, renderer_context={}).decode()


FILES: dict[str, Callable[[], str]] = {
    "docs/permissions.md": permissions_page,
    "docs/share_request_matrix.md": matrix_page,
    "docs/states.md": states_page,
    "tests/api/schema.yml": schema,
}
"""Path → what it must say. A test compares; `manage.py write_docs` writes."""
