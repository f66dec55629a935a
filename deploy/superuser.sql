-- The superuser's step: everything the portal needs and its own roles may not do. Run by psql, as often as you like:
--
--     OFFENSIVE_OWNER_PASSWORD=… OFFENSIVE_APP_PASSWORD=… OFFENSIVE_RETENTION_PASSWORD=… \
--         psql --set ON_ERROR_STOP=1 --dbname postgres --file deploy/superuser.sql
--
-- The embedded start and the compose file use this same file. It includes itself once per database (template1, so that
-- test databases made by the owner are born complete, and the portal's own).

\set ON_ERROR_STOP 1
SET client_min_messages = warning;
\if :{?inside_database}

-- ---------------------------------------------------------------- one database
ALTER SCHEMA public OWNER TO offensive_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO offensive_app, offensive_retention;

CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;

-- Under row security an index serves a condition only if the function behind its operator is leakproof. None of these
-- reveals its arguments by an error message or a side effect; they raise nothing that depends on the text compared.
-- (LIKE with a malformed escape is an error about the pattern, which the asker wrote, not about the row.)
DO $$
DECLARE
    signature text;
BEGIN
    FOR signature IN
        SELECT p.oid::regprocedure
        FROM pg_operator o
        JOIN pg_proc p ON p.oid = o.oprcode
        WHERE NOT p.proleakproof
          AND (
            -- LIKE, ILIKE and their negations on text and varchar
            o.oprname IN ('~~', '~~*', '!~~', '!~~*') AND o.oprleft = 'text'::regtype AND o.oprright = 'text'::regtype
            -- full text
            OR o.oprname IN ('@@', '@@@') AND 'tsvector'::regtype IN (o.oprleft, o.oprright)
            -- similarity of pg_trgm: % <% %> <<% %>> and the distances an index can order by
            OR p.proname IN (
                'similarity_op', 'similarity_dist',
                'word_similarity_op', 'word_similarity_commutator_op',
                'strict_word_similarity_op', 'strict_word_similarity_commutator_op',
                'word_similarity_dist_op', 'word_similarity_dist_commutator_op',
                'strict_word_similarity_dist_op', 'strict_word_similarity_dist_commutator_op'
            )
          )
    LOOP
        EXECUTE format('ALTER FUNCTION %s LEAKPROOF', signature);
    END LOOP;
END
$$;

\else

-- ---------------------------------------------------------------- the roles
\getenv owner_password OFFENSIVE_OWNER_PASSWORD
\getenv app_password OFFENSIVE_APP_PASSWORD
\getenv retention_password OFFENSIVE_RETENTION_PASSWORD

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY ['offensive_owner', 'offensive_app', 'offensive_retention']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

-- The owner makes tables (and, for tests, databases) and is used by "migrate" alone.
ALTER ROLE offensive_owner WITH LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
-- Web and worker sign in as the application, erasure as retention. Row security holds for both: they own nothing.
ALTER ROLE offensive_app WITH LOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION PASSWORD :'app_password';
-- Row security makes the planner expect dear statements that are not: compiling them takes longer than running them.
ALTER ROLE offensive_app SET jit = off;
ALTER ROLE offensive_retention
    WITH LOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION PASSWORD :'retention_password';

-- They are members of nothing. The owner may step down to them (SET ROLE), which tests need; it inherits nothing by it.
SELECT format('REVOKE %I FROM %I', granted.rolname, member.rolname)
FROM pg_auth_members
JOIN pg_roles granted ON granted.oid = roleid
JOIN pg_roles member ON member.oid = pg_auth_members.member
WHERE member.rolname IN ('offensive_app', 'offensive_retention')
\gexec
GRANT offensive_app, offensive_retention TO offensive_owner WITH INHERIT FALSE, SET TRUE;

-- ---------------------------------------------------------------- the databases
\set inside_database 1
\connect template1
\ir superuser.sql

SELECT 'CREATE DATABASE offensive OWNER offensive_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'offensive')
\gexec

\connect offensive
ALTER DATABASE offensive OWNER TO offensive_owner;
REVOKE ALL ON DATABASE offensive FROM PUBLIC;
GRANT CONNECT ON DATABASE offensive TO offensive_app, offensive_retention;
\ir superuser.sql

\endif
