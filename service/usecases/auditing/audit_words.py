"""What the acts of the audit log are called: a verb and what it is done to, put together."""

from matching.vocabulary import Text

__all__ = ["action_text", "subject_text"]

_VERBS = {
    "abandon": "放弃", "act": "操作", "add": "添加", "approve": "批准", "begin": "开始", "bundle": "打包",
    "chain": "接链", "change": "更改", "close": "关闭", "conclude": "形成结论", "confirm": "确认",
    "create": "创建", "decide": "认定", "delete": "删除", "disable": "停用", "discard": "丢弃", "drop": "删除",
    "edit": "修改",
    "end": "结束", "erase": "抹除", "explain": "解释", "export": "导出", "find": "查找", "generate": "生成",
    "give": "填写", "import": "导入", "lift": "解除", "list": "列出", "merge": "合并", "move": "推进",
    "open": "开启", "place": "设置", "promote": "启用", "propose": "提议", "prove": "验证", "publish": "发布",
    "put": "放入", "read": "读取", "receive": "接收", "record": "登记", "refused": "拒绝", "refuse": "拒绝",
    "register": "登记", "reject": "否决", "release": "解除", "renew": "更换", "request": "申请",
    "reset": "重置", "restore": "恢复", "retire": "停用", "revoke": "吊销", "rotate": "轮换", "save": "保存",
    "search": "检索", "send": "发送", "set": "设置", "share": "共享", "sign": "签署", "start": "开始", "stop": "停止",
    "train": "训练", "try": "试算", "undo": "撤销", "unlock": "解锁", "unmask": "查看全号", "use": "使用",
    "verify": "核验", "view": "查看", "withdraw": "撤回",
}  # fmt: skip
_NOUNS = {
    "": "", "account": "账号", "account_change": "账号变更", "appointment": "任用", "appointments": "任用",
    "appraisals_due": "待考核人员",
    "audit": "审计日志", "audit_head": "审计链尾", "audit_log": "审计日志", "backup": "备份", "blind": "盲审",
    "blind_review": "盲审", "candidacies": "候选", "candidacy": "候选", "check": "核实结果",
    "checks": "核实结果", "column_mapping": "列名对应", "column_mappings": "列名对应", "consent": "同意书",
    "consent_text": "同意书文本", "correction": "更正", "decisions": "审阅结论", "draft": "草稿",
    "duplicate": "疑似重复", "duplicate_pair": "疑似重复", "duplicates": "疑似重复", "due": "到期档案",
    "edit_people": "批量修改",
    "move_people": "批量办理",
    "excluded": "未列入人员", "expiring": "即将到期", "export": "导出文件", "file": "文件",
    "fitting_vacancies": "适配岗位", "history": "变更记录", "hold": "保留令", "import": "导入", "keys": "密钥",
    "merge": "合并", "merges": "合并", "model": "模型", "models": "模型", "notice": "公示",
    "notification_address": "通知地址", "on_host": "主机命令", "opinion": "意见", "older_lines": "历史日志",
    "pair": "疑似重复", "password": "口令", "password_refused": "口令（未通过）", "people": "人员",
    "person_list": "人员列表",
    "person": "人员", "person_file": "本人档案", "ranking": "排序", "recovery_codes": "恢复码",
    "repairs": "待修记录", "rankings": "排序", "review": "审阅", "round": "比选轮次", "rulebook": "规则",
    "run": "运行", "saved_view": "常用查询", "second_factor": "第二重验证", "session": "会话",
    "shortlist": "建议名单", "signature": "签字", "stale": "过期记录", "terms_ending": "任期将满",
    "token": "令牌", "training": "培训记录", "upload": "上传文件", "vacancies": "岗位", "vacancy": "岗位",
    "negative_entries": "负面清单", "negative_entry": "负面清单条目",
    "erasure": "删除", "erasure_requests": "删除申请", "reply": "答复", "replies": "征求意见",
    "view": "常用查询", "village": "村", "villages": "村", "waiver": "放宽", "waivers": "放宽",
    "weights": "权重", "field": "",
}  # fmt: skip
_WHOLE = {
    "export": "导出", "rescore": "重新评分", "refused": "越权被拒", "sign_in": "登录", "sign_out": "退出",
    "sign_in_refused": "登录失败", "sign_in_too_often": "登录过于频繁", "sign_in_while_locked": "锁定期间登录",
    "second_factor_refused": "第二重验证未通过", "second_factor_while_locked": "锁定期间输入第二重验证",
    "provider_identity_refused": "统一身份不符被拒", "link_provider": "绑定统一身份",
    "unlink_provider": "解除统一身份绑定", "try_weights": "试算权重", "right": "权限", "address": "地址",
}  # fmt: skip


def action_text(action: str) -> Text:
    """Return what an act is called; one that has no words in Chinese keeps its name.

    Parameters
    ----------
    action : str
        As the log names it, a verb and what it is done to: ``view_person``.
    """
    english = action.replace("_", " ")
    if action in _WHOLE:
        return Text(_WHOLE[action], english)
    verb, _mark, noun = action.partition("_")
    if verb in _VERBS and noun in _NOUNS:
        return Text(_VERBS[verb] + _NOUNS[noun], english)
    return Text(action, english)


def subject_text(kind: str) -> Text:
    """Return what a kind of record is called; one without words keeps its name."""
    english = kind.replace("_", " ")
    return Text(_WHOLE.get(kind) or _NOUNS.get(kind) or kind, english)
