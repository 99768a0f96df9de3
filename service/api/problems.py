"""Refusals as problem documents (RFC 9457): one clear sentence in the reader's language, never a traceback."""

import math
from typing import Any

from flask import Response
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from matching.errors import MatchingError
from matching.vocabulary import Text
from service.api.answers import as_json
from service.api.wording import meant
from service.context import current_language
from service.database_refusals import DATABASE_ERRORS, refusal_of_database
from service.errors import (
    InvalidInput,
    NotFound,
    PreconditionFailed,
    ServiceError,
    Unauthenticated,
    VersionConflict,
)

__all__ = ["PROBLEM_JSON", "REFUSABLE", "TITLES", "ProblemSchema", "problem_response", "refusal_of"]

PROBLEM_JSON = "application/problem+json"
SHOWN_LENGTH = 80
# What becomes a refusal; anything else is a fault of the service, is logged, and answered with 500.
REFUSABLE = (ServiceError, HTTPException, MatchingError, *DATABASE_ERRORS)
# Where the database found what it refuses.
_PLACES = {PreconditionFailed: "If-Match", InvalidInput: "body"}

# Every code that an answer may carry; /api/docs explains them.
TITLES = {
    "dump_failed": Text("数据库导出失败", "The database could not be dumped"),
    "bad_request": Text("请求有误", "Bad request"),
    "malformed_body": Text("请求正文有误", "Malformed body"),
    "unauthenticated": Text("需要登录", "Sign-in required"),
    "forbidden": Text("无权操作", "Not allowed"),
    "not_found": Text("没有找到", "Not found"),
    "method_not_allowed": Text("不支持该方法", "Method not allowed"),
    "conflict": Text("存在冲突", "Conflict"),
    "no_decisions": Text("没有审阅结论", "No review decisions"),
    "locked": Text("正在处理", "Locked"),
    "precondition_failed": Text("已被他人修改", "Changed meanwhile"),
    "body_too_large": Text("请求正文过大", "Body too large"),
    "unsupported_media_type": Text("类型不支持", "Unsupported media type"),
    "invalid_input": Text("输入有误", "Invalid input"),
    "unreadable_file": Text("文件无法读取", "File cannot be read"),
    "key_reused": Text("幂等键已用于其他请求", "Idempotency key used for another request"),
    "precondition_required": Text("缺少版本条件", "Version condition required"),
    "too_many_requests": Text("尝试过多", "Too many attempts"),
    "not_configured": Text("服务未就绪", "Not configured"),
    "unavailable": Text("暂时不可用", "Temporarily unavailable"),
    "tampered_field": Text("数据无法解密", "Data cannot be opened"),
    "internal_error": Text("服务内部错误", "Internal error"),
}
_OTHER = Text("请求未被接受", "Refused")


class FieldProblemSchema(Schema):
    """One field that was not accepted."""

    place = fields.String(
        required=True, metadata=meant("字段路径，如 appraisals[0]", "Path of the field, such as appraisals[0]")
    )
    message = fields.String(required=True, metadata=meant("一句话说明", "One sentence in the language of the reader"))


class ChangeSchema(Schema):
    """What somebody else did in the meantime."""

    version = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    username = fields.String(required=True)
    role = fields.String(required=True, allow_none=True)
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Raw(allow_none=True)),
        required=True,
        data_key="fields",
        attribute="fields",
        metadata=meant("字段的前后值；不便显示的为空", "Before and after by field; empty where not to be shown"),
    )


class ProblemSchema(Schema):
    """A refusal: what is wrong, where, and what to do about it (RFC 9457)."""

    type = fields.String(required=True, metadata=meant("说明该代码的页面", "Page that explains the code"))
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(
        required=True,
        metadata=meant("一句话说明，语言随 Accept-Language", "One sentence in the language of Accept-Language"),
    )
    code = fields.String(required=True, metadata={"enum": sorted(TITLES)})
    place = fields.String(
        required=True, metadata=meant("位置：字段、请求头或路径", "Where: a field, a header, a part of the path")
    )
    value = fields.Raw(
        required=True, allow_none=True, metadata=meant("所填的值（可显示时）", "As given, if it may be shown")
    )
    remedy = fields.String(required=True, allow_none=True, metadata=meant("如何处理", "What to do about it"))
    fields_ = fields.List(fields.Nested(FieldProblemSchema), required=True, data_key="fields", attribute="fields")
    changes = fields.List(
        fields.Nested(ChangeSchema),
        required=True,
        metadata=meant("版本冲突时：此后谁改了什么", "Of a conflict of versions: who changed what since"),
    )


_CHANGES = ChangeSchema(many=True)


class _Refusal(ServiceError):
    def __init__(self, problem: Text, *, status: int, code: str, remedy: Text | None = None, place: str = "") -> None:
        super().__init__(problem, remedy=remedy, place=place)
        self.status, self.code = status, code


def problem_response(error: ServiceError) -> Response:
    """Return the problem document of a refusal."""
    language = str(current_language())
    response = Response(as_json(_document(error, language)), status=error.status, mimetype=PROBLEM_JSON)
    response.headers["Content-Language"] = language
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="talentpool"'
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    elif error.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def refusal_of(error: Exception) -> ServiceError:
    """Return the refusal that stands for an exception of the framework or the database."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, MatchingError):
        return InvalidInput(error.problem, place=error.place)
    return _of_database(error)


def _of_database(error: Exception) -> ServiceError:
    refusal = refusal_of_database(error)
    if refusal is None:
        raise error  # a fault of ours: logged, and answered with 500
    refusal.place = _PLACES.get(type(refusal), "")
    return refusal


def _of_http(error: HTTPException) -> ServiceError:
    status = error.code or 500
    if status == 404:
        return NotFound(
            Text("没有这个接口地址。", "There is no such address."),
            remedy=Text("可用地址见 /api/docs。", "/api/docs lists the addresses."),
            place="path",
        )
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        return _Refusal(
            Text("该地址不支持此方法。", "This address does not take this method."),
            remedy=Text(f"可用方法：{allowed}。", f"It takes {allowed}."),
            status=405,
            code="method_not_allowed",
            place="method",
        )
    if status == 413:
        return _Refusal(
            Text("请求正文超过 1 MB。", "The body has more than 1 MB."),
            remedy=Text("批量数据请用 talentpool import 导入。", "Use talentpool import for many records at once."),
            status=413,
            code="body_too_large",
            place="body",
        )
    if status >= 500:
        return _internal()
    return _Refusal(
        Text("无法理解这个请求。", "The request cannot be understood."),
        remedy=Text("请对照 /api/docs 核对。", "Compare it with /api/docs."),
        status=status,
        code="bad_request",
    )


def _internal() -> ServiceError:
    return _Refusal(
        Text("服务内部出错，未保存任何内容。", "Something went wrong inside the service; nothing was saved."),
        remedy=Text(
            "请稍后重试；若仍出错，请告知系统管理员发生时间。",
            "Try again later, or tell the operator when it happened.",
        ),
        status=500,
        code="internal_error",
    )


def _document(error: ServiceError, language: str) -> dict[str, Any]:
    named = error.fields if isinstance(error, InvalidInput) else {}
    return {
        "type": f"/api/docs#{error.code}",
        "title": TITLES.get(error.code, _OTHER).in_(language),
        "status": error.status,
        "detail": error.problem.in_(language),
        "code": error.code,
        "place": _shown(error.place),
        "value": _shown(error.value),
        "remedy": error.remedy.in_(language) if error.remedy else None,
        "fields": [
            {"place": _shown(place), "message": message.in_(language)}
            for place, messages in named.items()
            for message in messages
        ],
        "changes": _CHANGES.dump(error.changes if isinstance(error, VersionConflict) else ()),
    }


def _shown(value: object) -> Any:
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    text = str(value)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"
