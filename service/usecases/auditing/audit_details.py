"""What stands beside an act in the audit log and in the export log, in words."""

from collections.abc import Mapping
from typing import Any

from matching.vocabulary import Text
from service.usecases.auditing.audit_values import value_words
from service.usecases.outgoing.exporting_lists import list_columns

__all__ = ["detail_text"]

_NAMES = {
    "columns": Text("列", "columns"), "filters": Text("筛选", "filters"), "sort": Text("排序", "order"),
    "language": Text("语言", "language"), "search": Text("查找", "search"), "query": Text("查询", "query"),
    "n_lines": Text("行数", "lines"), "n_rows": Text("行数", "rows"), "n_shown": Text("显示人数",
    "people shown"),
    "n_listed": Text("列入人数", "people listed"), "n_people": Text("人数", "people"),
    "n_vacancies": Text("岗位数", "vacancies"), "n_lists": Text("名单数", "lists"), "n_records": Text("档案数",
    "records"),
    "n_changed": Text("变更数", "changed"), "n_refused": Text("未办理数", "refused"), "n_new": Text("新增数",
    "new"),
    "n_same": Text("相同数", "same"), "n_moved": Text("移动数", "moved"), "n_deleted": Text("删除数",
    "deleted"),
    "n_drafts": Text("草稿数", "drafts"),
    "n_reviewers": Text("审阅账号数", "reviewers"),
    "n_restored": Text("恢复数", "restored"), "n_days": Text("天数", "days"), "n_breaks": Text("异常处数",
    "breaks"),
    "n_ranked_anew": Text("重新排序数", "ranked anew"), "n_heads": Text("签名头数", "heads"),
    "n_done": Text("已完成", "done"), "n_all": Text("共", "of"),
    "n_provisional_places": Text("暂定地名数", "provisional places"), "n_headers": Text("列名数", "headers"),
    "field": Text("字段", "field"), "fields": Text("字段", "fields"), "version": Text("版本", "version"),
    "reason": Text("理由", "reason"), "reason_codes": Text("理由代码", "reason codes"), "role": Text("角色",
    "role"),
    "roles": Text("角色", "roles"), "from": Text("原状态", "from"), "to": Text("转为", "to"), "state": Text("状态",
    "state"),
    "decision": Text("结论", "decision"), "kind": Text("种类", "kind"), "post": Text("岗位类别", "post"),
    "way": Text("登录方式", "way"), "rule_id": Text("条件", "rule"), "valid_until": Text("有效至",
    "valid until"),
    "until_on": Text("截至", "until"), "person_no": Text("人员编号", "person"), "vacancy_no": Text("岗位编号",
    "vacancy"),
    "import_id": Text("导入编号", "import"), "token_no": Text("令牌编号", "token"), "absorbed": Text("并入的档案",
    "absorbed"),
    "k": Text("名单人数", "people asked for"), "is_signed": Text("已署名", "signed"), "is_new": Text("新增",
    "new"),
    "is_unmasked": Text("显示全文", "unmasked"), "is_conclusion": Text("审阅结论", "conclusion"),
    "is_shared": Text("共享", "shared"), "second_factor": Text("第二重验证", "second factor"),
    "territory_kind": Text("范围", "territory"), "territory_code": Text("范围代码", "territory code"),
    "purpose": Text("用途", "purpose"), "signed_by": Text("签署人", "signed by"), "subject_no": Text("编号",
    "number"),
    "result": Text("结果", "result"), "rulebook_version": Text("规则手册版本", "rulebook"),
    "in_force_no": Text("生效序号", "in force as"), "base_version": Text("原版本", "base version"),
    "place": Text("位置", "at"), "host_user": Text("主机登录名", "login of the host"), "mode": Text("方式", "mode"),
    "former": Text("原用", "before"), "comparison": Text("比较", "comparison"), "format": Text("格式", "format"),
    "champion": Text("现用", "in force"), "challenger": Text("新卡", "new card"), "sha256": Text("校验值", "checksum"),
    "n_bytes": Text("字节数", "bytes"), "n_pairs": Text("对数", "pairs"), "n_gone": Text("消失对数", "pairs gone"),
    "n_decided": Text("已认定数", "decided"), "merge": Text("合并编号", "merge"),
    "signatory": Text("签字方", "signatory"),
    "change_no": Text("变更编号", "change"), "sign_in_way": Text("登录方式", "way of signing in"),
    "party": Text("答复方", "party"), "reply": Text("答复", "reply"), "scopes": Text("令牌权限", "scopes"),
    "document": Text("文号", "document"), "ground": Text("依据", "ground"), "counts": Text("各项数", "counts"),
    "hold": Text("保留令", "hold"), "entry": Text("条目", "entry"), "correction": Text("更正编号", "correction"),
    "request": Text("申请编号", "request"), "requested_by": Text("申请人", "asked for by"),
    "first": Text("首条", "first"),
    "last": Text("末条", "last"), "suite": Text("算法", "suite"), "resumed": Text("续做", "resumed"),
    "is_set": Text("已设置", "set"), "is_kept": Text("已保存", "kept"), "term_ends_on": Text("任期届满", "term ends"),
    "versions": Text("版本", "versions"), "kept": Text("保留的字段", "kept"), "n_people_changed": Text("有变化人数",
    "people changed"),
    "people": Text("人员", "people"), "subject": Text("对象", "subject"), "waiver_no": Text("放宽编号",
    "waiver"),
}  # fmt: skip
_SAYS = {True: Text("是", "yes"), False: Text("否", "no")}


def detail_text(detail: Mapping[str, Any], *, subject_kind: str = "") -> Text:
    """Return what is told beside an act, in one line; a name without words keeps its own.

    Parameters
    ----------
    detail : mapping
        Of JSON values; those that say nothing are left out.
    subject_kind : str
        What the line is about: states of different things share their codes.
    """
    lines = [
        (_name(key), _value(value, of=key, about=subject_kind))
        for key, value in detail.items()
        if value not in (None, "", [], {})
    ]
    return Text(
        "；".join(f"{name.zh}：{value.zh}" for name, value in lines),
        "; ".join(f"{name.en}: {value.en}" for name, value in lines),
    )


def _name(key: str) -> Text:
    return _NAMES.get(key) or list_columns("people").labels.get(key) or Text(key, key.replace("_", " "))


def _value(value: Any, *, of: str, about: str) -> Text:
    if isinstance(value, bool):
        return _SAYS[value]
    if isinstance(value, Mapping):
        told = [(str(key), one) for key, one in value.items() if one not in (None, "", [], {})]
        named = [(_name(key), _value(one, of=key, about=about)) for key, one in told]
        return Text("，".join(f"{k.zh} {v.zh}" for k, v in named), ", ".join(f"{k.en} {v.en}" for k, v in named))
    if isinstance(value, list | tuple):
        parts = [_value(one, of=of, about=about) for one in value]
        return Text("、".join(one.zh for one in parts), ", ".join(one.en for one in parts))
    if not isinstance(value, str):
        return Text(str(value), str(value))
    known = value_words(value, of=of, subject_kind=about)
    labels = list_columns("people").labels
    return known or labels.get(value) or Text(value, value)
