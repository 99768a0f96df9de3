"""What the role of the service may do in PostgreSQL beyond its work: what an intruder could do with it."""

from sqlalchemy import text

from matching.vocabulary import Text
from service.db import Database

__all__ = ["needless_rights"]

_ASKED = text(
    """
    SELECT
        (SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS is_superuser,
        EXISTS (
            SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname = current_schema() AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'USAGE')
        ) AS owns,
        has_database_privilege(current_database(), 'CREATE')
            OR has_schema_privilege(current_schema(), 'CREATE') AS creates,
        has_table_privilege('audit_entries', 'UPDATE, DELETE, TRUNCATE')
            OR has_table_privilege('audit_subjects', 'UPDATE, DELETE, TRUNCATE') AS changes_log
    """
)
_FINDINGS = {
    "is_superuser": Text(
        "服务使用的角色是数据库超级用户，或可建立角色和数据库",
        "the service runs as a superuser, or as a role that makes roles and databases",
    ),
    "owns": Text(
        "服务使用的角色是数据表的所有者，可以修改和删除数据表",
        "the role of the service owns tables: it can alter and drop them",
    ),
    "creates": Text(
        "服务使用的角色可以新建数据表，可冒充同名的表",
        "the role of the service can create tables, also ones that pass for ours",
    ),
    "changes_log": Text(
        "服务使用的角色有权改动审计日志（目前仅由触发器阻止）",
        "the role of the service may change the audit log; triggers alone refuse it",
    ),
}


def needless_rights(database: Database) -> tuple[Text, ...]:
    """Return what the role may do and need not, one sentence each; nothing on SQLite, which knows no roles."""
    if database.engine.dialect.name != "postgresql":
        return ()
    with database.engine.connect() as connection:
        found = connection.execute(_ASKED).mappings().one()
    return tuple(sentence for name, sentence in _FINDINGS.items() if found[name])
