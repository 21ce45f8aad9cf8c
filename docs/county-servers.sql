-- 各站分在几台服务器上时，县里的读库：只有外部表，自己一行也不存（见 county.md “超出一台服务器”）。
-- 在读库里由超级用户执行；新站建好、升级 bbcs、添一台服务器以后各再执行一次，每次从头做起：
--   psql -d bbcs_read -f county-servers.sql
-- 之前先用 CREATE SERVER 和 CREATE USER MAPPING 写明每台服务器在哪里。

BEGIN;

DO $$
DECLARE
    one text;
    name text;
    stations text;
    versions text;
    readers constant text[] := ARRAY['bbcs_county', 'bbcs_auditor', 'bbcs_station'];
BEGIN
    -- 有自己的表，就是台账所在的库：这里什么也不能动
    IF EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('bbcs') AND relkind = 'r') THEN
        RAISE EXCEPTION '这个库里有台账，不是读库；没有改动';
    END IF;
    DROP SCHEMA IF EXISTS bbcs CASCADE;
    CREATE SCHEMA bbcs;
    FOREACH name IN ARRAY readers LOOP
        IF to_regrole(name) IS NULL THEN
            EXECUTE format('CREATE ROLE %I', name);
        END IF;
    END LOOP;
    FOR one IN
        SELECT s.srvname FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
        WHERE w.fdwname = 'postgres_fdw' ORDER BY s.srvname
    LOOP
        EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', one);
        EXECUTE format('CREATE SCHEMA %I', one);
        EXECUTE format('IMPORT FOREIGN SCHEMA bbcs FROM SERVER %I INTO %I', one, one);
        EXECUTE format(
            'SELECT string_agg(quote_literal(m.station), '', '' ORDER BY m.station) FROM %1$I.meta m'
            ' WHERE m.key = ''station'' AND NOT EXISTS (SELECT FROM %1$I.meta o'
            ' WHERE o.station = m.station AND o.key = ''moved'')', one) INTO stations;
        FOR name IN
            SELECT c.table_name FROM information_schema.columns c
            WHERE c.table_schema = one AND c.column_name = 'station'
        LOOP
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS bbcs.%1$I (LIKE %2$I.%1$I) PARTITION BY LIST (station)',
                name, one);
            -- 问一个站，只去它所在的那一台；两台上有同一个站码，这里出错
            IF stations IS NOT NULL THEN
                EXECUTE format(
                    'ALTER TABLE bbcs.%1$I ATTACH PARTITION %2$I.%1$I FOR VALUES IN (%3$s)',
                    name, one, stations);
            END IF;
        END LOOP;
        versions := concat_ws(' UNION ALL ', versions, format('SELECT schema FROM %I.version', one));
    END LOOP;
    -- 有一台没升级，就按没升级的算
    EXECUTE format('CREATE VIEW bbcs.version AS SELECT min(schema) AS schema FROM (%s) every', versions);
    -- 按字查找在站所在的那一台上做
    CREATE FUNCTION bbcs.case_search_numbers(whose text, patterns text[], before bigint, most integer)
    RETURNS SETOF bigint LANGUAGE sql STABLE SET search_path = bbcs, pg_temp AS
        'SELECT number FROM case_search WHERE station = whose AND number < before'
        ' AND terms LIKE ALL (patterns) ORDER BY number DESC LIMIT most';
    -- 只读；谁看得到哪些行，由那一台上的行级安全定
    GRANT USAGE ON SCHEMA bbcs TO bbcs_county, bbcs_auditor, bbcs_station;
    GRANT SELECT ON ALL TABLES IN SCHEMA bbcs TO bbcs_county, bbcs_auditor, bbcs_station;
    REVOKE ALL ON bbcs.personal, bbcs.person_search, bbcs.attachment FROM bbcs_auditor;
END $$;

COMMIT;
