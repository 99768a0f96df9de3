"""What the values beside an act of the audit log are called: states, results, kinds and ways in words."""

from collections.abc import Mapping
from typing import Any

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from matching.vocabulary.replies import REPLY_LABELS
from service.access.actors import ROLE_LABELS
from service.access.territory import TERRITORY_LABELS
from service.usecases.accounts.vocabulary import CHANGE_LABELS
from service.usecases.auditing.audit_places import account_text, address_text, place_text

__all__ = ["value_words"]


def _plain(labels: Mapping[Any, Text]) -> dict[str, Text]:
    return {str(code): label for code, label in labels.items()}


_STATES = ("candidacy_state", "shortlist_state", "appointment_state", "record_status", "vacancy_status")
_STATES_OF = {
    "candidacy": "candidacy_state",
    "shortlist": "shortlist_state",
    "appointment": "appointment_state",
    "person": "record_status",
    "people": "record_status",
    "person_list": "record_status",
    "vacancy": "vacancy_status",
}
_CODES = {"post": "post_type", "reason_codes": "reason_code", "decision": "review_decision"}
_PARTIES = {
    "person": Text("本人", "the person"),
    "candidate": Text("本人", "the person"),
    "sending_unit": Text("派出单位", "the sending unit"),
    "village_committee": Text("村“两委”", "the village committees"),
    "township_committee": Text("乡镇党委", "the township committee"),
    "org_dept_leader": Text("组织部门", "the organisation department"),
    "org_dept_officer": Text("组织部门备案", "the organisation department's file"),
    "employer": Text("所在单位", "the employer"),
    "agri_science_dept": Text("农业农村/科技部门", "the line department"),
}
_WAYS = {
    "password": Text("本系统口令", "password of this house"),
    "ldap": Text("单位目录", "directory"),
    "oidc": Text("单点登录", "single sign-on"),
    "totp": Text("动态码", "code of a device"),
    "code": Text("动态码", "code of a device"),
    "recovery": Text("恢复码", "recovery code"),
    "recovery_code": Text("恢复码", "recovery code"),
}
_WORDS: Mapping[str, Mapping[str, Text]] = {
    "role": _plain(ROLE_LABELS),
    "roles": _plain(ROLE_LABELS),
    "territory_kind": _plain(TERRITORY_LABELS),
    "reply": _plain(REPLY_LABELS),
    "party": _PARTIES,
    "signatory": _PARTIES,
    "result": {"pass": Text("符合", "met"), "fail": Text("不符合", "not met"), "waived": Text("放宽", "waived")},
    "decision": {
        "same": Text("同一人", "the same person"),
        "different": Text("不是同一人", "different people"),
        "later": Text("待定", "later"),
        "confirmed": Text("确认", "confirmed"),
        "refused": Text("不同意", "turned down"),
    },
    "kind": {
        **_plain(CHANGE_LABELS),
        "people": Text("人员", "people"),
        "vacancies": Text("岗位", "vacancies"),
        "villages": Text("村", "villages"),
        "decisions": Text("审阅结论", "decisions"),
        "appointments": Text("任用", "appointments"),
        "training": Text("培训记录", "training"),
        "rescore": Text("重新评分", "rescoring"),
        "find_duplicates": Text("查重", "search for duplicates"),
        "train_models": Text("训练模型", "training of cards"),
        "verify_audit": Text("校验审计日志", "check of the log"),
    },
    "mode": {
        "all": Text("全部", "all"),
        "changed": Text("有变化的", "what changed"),
        "resume": Text("续做", "resumed"),
    },
    "former": {"policy": Text("政策评分卡", "card of the policy")},
    "state": {
        "open": Text("待处理", "open"),
        "accepted": Text("已采纳", "accepted"),
        "refused": Text("未采纳", "refused"),
        "signed": Text("已签署", "signed"),
        "rejected": Text("已否决", "rejected"),
        "withdrawn": Text("已撤回", "withdrawn"),
    },
    "way": _WAYS,
    "sign_in_way": _WAYS,
    "second_factor": _WAYS,
}


def value_words(value: str, *, of: str, subject_kind: str = "") -> Text | None:
    """Return what a value of a detail is called; None where it stays as it is.

    Parameters
    ----------
    value : str
    of : str
        The name under which the detail holds it.
    subject_kind : str
        What the line is about: states of different things share their codes.
    """
    if of == "place":
        return place_text(value)
    if of == "requested_by":
        return account_text(value)
    if of == "endpoint":
        return address_text(value)
    known = _WORDS.get(of, {}).get(value)
    if known is not None:
        return known
    if of in {"from", "to", "state"}:
        first = _STATES_OF.get(subject_kind)
        tables = (*((first,) if first else ()), *_STATES)
    else:
        tables = (_CODES[of],) if of in _CODES else ()
    found = (code_table(name) for name in tables)
    return next((table.label(value) for table in found if value in table.codes), None)
