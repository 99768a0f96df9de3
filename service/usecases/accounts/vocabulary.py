"""Words about accounts that every face of the service uses."""

from enum import StrEnum

from matching.vocabulary import Text

__all__ = ["CHANGE_LABELS", "ChangeKind", "Decision"]


class ChangeKind(StrEnum):
    """What shall change about an account."""

    CREATE = "create"
    ROLES = "roles"
    DISABLE = "disable"
    ENABLE = "enable"
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    NAME = "name"


class Decision(StrEnum):
    """What the second person said."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


CHANGE_LABELS = {
    ChangeKind.CREATE: Text("新建", "create"),
    ChangeKind.ROLES: Text("变更角色", "change roles"),
    ChangeKind.DISABLE: Text("停用", "disable"),
    ChangeKind.ENABLE: Text("启用", "enable"),
    ChangeKind.PASSWORD: Text("重设口令", "new password"),
    ChangeKind.NAME: Text("登记持有人姓名", "name of the holder"),
}
