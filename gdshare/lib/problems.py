"""The problem document of RFC 9457: one shape for every refusal over REST."""

from typing import Any

from gdshare.lib import request_context

TITLES = {
    400: "请求有误",
    401: "没有登录",
    403: "没有权限",
    404: "没有找到",
    405: "方法不对",
    406: "不能给出所要的格式",
    413: "请求太大",
    415: "格式不支持",
    429: "请求太多",
    500: "系统出错",
    503: "系统繁忙",
}
DETAILS = {
    400: "请求不合规范。",
    403: "您没有这项权限。",
    404: "没有这个地址，或没有这个对象，或您看不到它。",
    405: "这个地址不接受这种方法。",
    500: "系统出错了，没有改动任何数据。错误已经记录。",
}
REMEDIES = {
    400: "请核对请求头和请求体。",
    401: "请在请求头写“Authorization: Bearer 密钥”。密钥到“开发者 / 访问密钥”签发。",
    403: "请联系本部门管理员。",
    404: "请核对地址和编号；地址以“/”结尾。接口文档在 /api/docs/。",
    405: "可用的方法见响应头 Allow 和接口文档 /api/docs/。",
    406: "请把请求头 Accept 改为 application/json，或不写。",
    415: "请把请求头 Content-Type 改为 application/json。",
    429: "请等到响应头 Retry-After 所示的秒数后再发。",
    500: "报告问题时请附上 request_id。",
    503: "请稍候再试。",
}
CODES = {400: "INVALID", 403: "DENIED", 404: "NOT_FOUND", 500: "BROKEN", 503: "BUSY"}


def problem_body(*, status: int, code: str, title: str, detail: str, remedy: str = "", **extra: Any) -> dict[str, Any]:
    """The members of a problem document; `remedy` tells the next step, `request_id` finds it in the audit log."""
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "remedy": remedy,
        "request_id": request_context.request_id.get(),
        **extra,
    }


def plain_problem(status: int) -> dict[str, Any]:
    """A problem known by its status alone."""
    title = TITLES.get(status, "请求有误")
    return problem_body(
        status=status,
        code=CODES.get(status, f"HTTP_{status}"),
        title=title,
        detail=DETAILS.get(status, f"{title}。"),
        remedy=REMEDIES.get(status, ""),
    )
