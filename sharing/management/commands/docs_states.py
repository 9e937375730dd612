"""Writes docs/states.md: the life of a 共享申请 as a diagram, and who may do what when, from the tables themselves."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sharing.share_requests import workflow
from sharing.share_requests.labels import VERBS

DOCUMENT = Path("docs") / "states.md"
MATRIX = Path("tests") / "domain" / "sharing" / "permissions_matrix.txt"
INTRO = """# 共享申请：状态与权限

由 `manage.py docs_states` 从 `sharing/share_requests/workflow.py` 和 `{matrix}` 生成，请勿手改。

## 状态

审核中的环节（谁审、先后）不在这里，由规则方案按行写入 `ReviewStep`；提出意见、确认、退回重办不改变申请自身的状态。
"""
CAST = """
## 谁在什么时候能做什么

`ok` 可以；`403` 这个人不可以；`409` 现在不是时候；`404` 看不到。

- chen、huang：申请部门经办、负责人
- li、zhou：提供部门经办、负责人
- liang、he：主管部门经办、负责人
- wu：其他部门；auditor：审计管理员
- `UNDER_REVIEW+PROPOSED`：提供部门经办已提出意见，主管部门还没有
"""


class Command(BaseCommand):
    help = "Write docs/states.md (--check: only say whether it is fresh)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the document is stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / DOCUMENT
        text = render((Path(settings.BASE_DIR) / MATRIX).read_text())
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            raise CommandError(f"{DOCUMENT} is stale: run manage.py docs_states")


def render(matrix: str) -> str:
    """The whole document."""
    return "\n".join([INTRO.format(matrix=MATRIX), *_diagram(), "", *_moves(), CAST, *_table(matrix), ""])


def _diagram() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {workflow.Status.DRAFT}"]
    lines += [f"    {status}: {label}" for status, label in workflow.LABELS.items()]
    for verb, move in workflow.MOVES.items():
        lines += [f"    {source} --> {move.target}: {VERBS[verb]}" for source in move.sources]
    lines += [f"    {status} --> [*]" for status in workflow.CLOSED]
    return [*lines, "```"]


def _moves() -> list[str]:
    clocks = {"": "", "START": "开始", "PAUSE": "暂停（视规则方案）", "RESUME": "恢复", "STOP": "停止"}
    sides = {
        workflow.Side.HANDLER: "申请部门经办", workflow.Side.OFFICE_HEAD: "申请部门负责人",
        workflow.Side.REVIEWER: "当前环节", workflow.Side.SYSTEM: "各方审完后自动",
    }  # fmt: skip
    rows = [
        f"| `{verb}` | {VERBS[verb]} | {'、'.join(workflow.LABELS[source] for source in move.sources)} | "
        f"{workflow.LABELS[move.target]} | {sides[move.side]} | {clocks[move.clock]} |"
        for verb, move in workflow.MOVES.items()
    ]
    return ["| 动作 | 名称 | 从 | 到 | 由谁 | 答复时限 |", "|---|---|---|---|---|---|", *rows]


def _table(matrix: str) -> list[str]:
    rows = [f"| {' | '.join(line.split())} |" for line in matrix.splitlines()]
    return [rows[0], "|" + "---|" * (rows[0].count("|") - 1), *rows[1:]]
