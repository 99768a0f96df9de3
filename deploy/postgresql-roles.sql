-- Two roles for PostgreSQL 16 or newer: one that owns the tables and is used by `talentpool init` alone, one that the service runs as.
-- 1. As the server's superuser, once:  createuser talentpool_owner; createuser talentpool; createdb --owner=talentpool_owner --encoding=UTF8 --template=template0 talentpool
-- 2. As talentpool_owner:              TALENTPOOL_DATABASE_URL=postgresql://talentpool_owner@/talentpool talentpool init
-- 3. As the superuser, once, and again after each `talentpool init` of a new release:  psql -v ON_ERROR_STOP=1 -d talentpool -f postgresql-roles.sql
-- The service, its timers and backups then use postgresql://talentpool@/talentpool; `talentpool doctor` says whether the role is narrow enough.

-- Nobody else comes in, and nobody but the owner makes tables: a table of the same name in a schema that is looked at first would be believed.
ALTER SCHEMA public OWNER TO talentpool_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON DATABASE talentpool FROM PUBLIC;
REVOKE CREATE, TEMPORARY ON DATABASE talentpool FROM talentpool;
GRANT CONNECT ON DATABASE talentpool TO talentpool;
GRANT USAGE ON SCHEMA public TO talentpool;
ALTER ROLE talentpool IN DATABASE talentpool SET search_path = public;
ALTER ROLE talentpool_owner IN DATABASE talentpool SET search_path = public;

-- Rows are read and written; tables are neither altered nor emptied.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, talentpool;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO talentpool;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO talentpool;

-- Lines of the audit log are only ever added; the triggers refuse the rest for the owner as well.
REVOKE UPDATE, DELETE ON audit_entries, audit_subjects FROM talentpool;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM talentpool;

-- `talentpool daily` counts rows anew (VACUUM (ANALYZE)). Before PostgreSQL 17 there is no such right: autovacuum does it, a minute later.
DO $$ BEGIN
    IF current_setting('server_version_num')::int >= 170000 THEN
        EXECUTE 'GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO talentpool';
        EXECUTE 'REVOKE MAINTAIN ON audit_entries, audit_subjects, alembic_version FROM talentpool';
    END IF;
END $$;
