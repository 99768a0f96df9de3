"""Where an act of the audit log was asked for, and by whom, in words: pages, parts of the API, the command line."""

from matching.vocabulary import Text

__all__ = ["account_text", "address_text", "origin_text", "place_text"]

_PAGES = {
    "account": "本人账号",
    "accounts": "账号管理",
    "account_changes": "账号变更",
    "appointments": "任职",
    "audit": "审计留痕",
    "blinds": "盲审",
    "candidacies": "候选人",
    "candidacies_of_shortlists": "名单候选人",
    "cards": "评分卡",
    "checks": "核实",
    "codes": "代码表",
    "comparisons": "并排比选",
    "docs": "接口文档",
    "duplicates": "查重",
    "erasures": "删除申请",
    "explanations": "得分说明",
    "exports": "导出",
    "help": "帮助",
    "histories": "变更记录",
    "import_steps": "批量导入",
    "imports": "批量导入",
    "jobs": "后台任务",
    "language": "语言",
    "list_files": "名单文件",
    "me": "本人账号",
    "me_work": "待办",
    "merges": "合并",
    "models": "模型",
    "negative_list": "负面清单",
    "notices": "公示",
    "operations": "运行状态",
    "overrides": "逆序情况",
    "overview": "总览",
    "people": "人才库",
    "people_batches": "批量办理",
    "people_merges": "人员合并",
    "people_moves": "人员状态",
    "person_acts": "人员",
    "person_fields": "人员字段",
    "person_keeping": "档案保管",
    "privacy": "个人信息",
    "rankings": "排序",
    "registration": "登记",
    "replay": "重算",
    "replays": "重算",
    "replies": "答复",
    "reports": "报表",
    "retention": "保管期限",
    "reviews": "审阅",
    "rounds": "建议和决定",
    "rulebook": "规则",
    "rulebook_changes": "规则修改",
    "rulebook_proposals": "规则修改",
    "runs": "后台任务",
    "sessions": "登录",
    "sheets": "比选表",
    "shortlist_moves": "名单阶段",
    "shortlist_requests": "申请名单",
    "shortlists": "建议名单",
    "sign_in_steps": "登录",
    "sign_ins": "登录",
    "single_sign_on": "单点登录",
    "templates": "导入模板",
    "tokens": "令牌",
    "trials": "侧重推演",
    "unknown": "未知地址",
    "unsent_pages": "未提交内容",
    "vacancies": "岗位需求",
    "vacancy_forms": "岗位登记",
    "vacancy_moves": "岗位状态",
    "villages": "村",
    "waiver_proposals": "放宽申请",
    "waivers": "放宽",
    "web": "静态文件",
    "work_lists": "待修记录",
}
_API = "api_"
_METHODS = {
    "GET": Text("查看", "look at"),
    "POST": Text("提交", "send to"),
    "PUT": Text("修改", "change"),
    "PATCH": Text("修改", "change"),
    "DELETE": Text("删除", "delete"),
}
_SYSTEM = Text("系统自动", "the service itself")
_OPERATOR = Text("本机运维", "the host's operator")
_ACCOUNTS = {"system": _SYSTEM, "operator": _OPERATOR, "-": Text("未登录", "not signed in")}


def address_text(endpoint: str) -> Text:
    """Return what the page or the part of the API behind an endpoint is called; one without words keeps its name."""
    name, _dot, _view = endpoint.partition(".")
    plain = name.removeprefix(_API)
    page = Text(_PAGES.get(plain, plain), plain.replace("_", " "))
    return Text(f"接口“{page.zh}”", f"API of {page.en}") if name.startswith(_API) else page


def place_text(place: str) -> Text:
    """Return in words where something was asked for.

    Parameters
    ----------
    place : str
        As the log keeps it: ``GET people.show person_no=P0000001``; other words stay as they are.
    """
    method, _gap, rest = place.partition(" ")
    endpoint, _gap, arguments = rest.partition(" ")
    if method not in _METHODS or not endpoint:
        return Text(place, place)
    deed, page = _METHODS[method], address_text(endpoint)
    numbers = ", ".join(one.partition("=")[2] for one in arguments.split(",") if "=" in one)
    zh, en = (f"（{numbers}）", f" ({numbers})") if numbers else ("", "")
    return Text(f"{deed.zh}{page.zh}{zh}", f"{deed.en} {page.en}{en}")


def account_text(username: str) -> Text:
    """Return who acted: an account by its name, the service and the host in words."""
    return _ACCOUNTS.get(username, Text(username, username))


def origin_text(address: str) -> Text:
    """Return where an act came from: an address of the network, or the command line of the host and by whom."""
    kind, _colon, login = address.partition(":")
    return Text(f"命令行，{login}", f"command line, {login}") if kind == "cli" else Text(address, address)
