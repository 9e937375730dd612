"""The database's part of the search: folding, lexemes, and the triggers that keep the search's table.

Written into the database by a migration. `gd_search_refresh(ids)` makes the rows of the given entries anew from what
the tables say now; triggers call it for every statement that changes an entry, its items, its mount, its provider or
its terms, whoever wrote the statement.
"""

from gdshare.lib.folding import traditional, wide


def fold_function() -> str:
    """`gd_fold`: as gdshare.lib.folding, from the same tables. The slow exchange runs only where it has work."""
    table = {old: new for old, new in traditional().items() if "'" not in old}
    old, new = "".join(table), "".join(table.values())
    broad, narrow = "".join(wide()), "".join(wide().values()).replace("'", "''").replace("\\", "\\\\")
    return f"""
CREATE OR REPLACE FUNCTION gd_fold(source text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(translate(CASE WHEN source ~ '[{old}]' THEN translate(source, '{old}', '{new}') ELSE source END,
  '{broad}', E'{narrow}'));
"""


LEXEMES = r"""
CREATE FUNCTION gd_pairs(source text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT coalesce(array_agg(c) FILTER (WHERE c NOT IN (' ', E'\n')), '{}')
    || coalesce(array_agg(c || d) FILTER (WHERE c NOT IN (' ', E'\n') AND d NOT IN (' ', E'\n')), '{}')
  FROM unnest(string_to_array(source, NULL), string_to_array(substr(source, 2), NULL)) AS u(c, d)
);

CREATE FUNCTION gd_lexemes(name text, body text, pinyin text[]) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(
  gd_pairs(body)
  || ARRAY(SELECT E'\x01' || gram FROM unnest(gd_pairs(name)) AS gram)
  || ARRAY(SELECT E'\x02' || line FROM unnest(string_to_array(body, E'\n')) AS line WHERE length(line) BETWEEN 1 AND 40)
  || ARRAY(SELECT E'\x03' || sound FROM unnest(pinyin) AS sound WHERE sound <> ''));

CREATE FUNCTION gd_line(source text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN nullif(translate(source, E'\n\r\t', '   '), '');

CREATE FUNCTION gd_search_body(entry catalog_dataresource) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT gd_fold(concat_ws(E'\n', gd_line(entry.name), gd_line(entry.abstract), gd_line(d.name), gd_line(d.short_name),
    (SELECT string_agg(gd_line(alias), E'\n') FROM unnest(d.aliases) AS alias), gd_line(entry.internal_unit),
    gd_line(entry.code), gd_line(entry.external_code),
    (SELECT string_agg(gd_line(t.name), E'\n' ORDER BY t.id = entry.base_library_id) FROM catalog_term t
      WHERE t.id IN (entry.theme_id, entry.base_library_id)),
    (SELECT string_agg(gd_line(tag), E'\n') FROM unnest(entry.tags) AS tag),
    (SELECT string_agg(concat_ws(E'\n', gd_line(i.name), gd_line(i.identifier)), E'\n' ORDER BY i.position, i.id)
      FROM catalog_dataitem i WHERE i.resource_id = entry.id AND i.retired_at IS NULL)))
  FROM security_department d WHERE d.id = entry.provider_id
$$;
"""

REFRESH = r"""
CREATE FUNCTION gd_standing(use_count int, fresh timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN extract(epoch FROM fresh)::bigint + (log(2, 1 + use_count::numeric) * 15552000)::bigint;
COMMENT ON FUNCTION gd_standing(int, timestamptz) IS 'each doubling of use stands for half a year of freshness';

CREATE FUNCTION gd_search_refresh(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM catalog_searchrow s WHERE s.resource_id = ANY (ids)
    AND NOT EXISTS (SELECT FROM catalog_dataresource r WHERE r.id = s.resource_id AND r.status = 'PUBLISHED');
  INSERT INTO catalog_searchsubject (theme, base_library, region)
    SELECT DISTINCT r.theme_id, r.base_library_id, coalesce(r.region_id, d.region_id)
    FROM catalog_dataresource r JOIN security_department d ON d.id = r.provider_id
    WHERE r.id = ANY (ids) AND r.status = 'PUBLISHED' ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING;
  INSERT INTO catalog_searchform
    (share_type, open_type, update_cycle, format_category, mount_kind, grade, freshness, has_data)
    SELECT DISTINCT r.share_type, r.open_type, r.update_cycle, r.format_category, coalesce(m.kind, ''), r.grade,
      r.freshness, r.row_count IS NOT NULL
    FROM catalog_dataresource r LEFT JOIN catalog_resourcemount m ON m.resource_id = r.id
    WHERE r.id = ANY (ids) AND r.status = 'PUBLISHED' ORDER BY 1, 2, 3, 4, 5, 6, 7, 8 ON CONFLICT DO NOTHING;
  INSERT INTO catalog_searchrow (resource_id, provider, subject, form, is_restricted, standing, published_at,
    data_updated_at, name, body, lexemes)
  SELECT id, provider_id, subject, form, is_restricted, gd_standing(use_count, greatest(published_at, data_updated_at)),
    published_at, data_updated_at, name, body, gd_lexemes(name, body, pinyin)
  FROM (
    SELECT r.id, r.provider_id, j.id AS subject, f.id AS form, r.is_restricted, r.use_count, r.published_at,
      r.data_updated_at, gd_fold(r.name) AS name, gd_search_body(r) AS body, r.pinyin
    FROM catalog_dataresource r
    JOIN security_department d ON d.id = r.provider_id
    LEFT JOIN catalog_resourcemount m ON m.resource_id = r.id
    JOIN catalog_searchsubject j ON j.theme IS NOT DISTINCT FROM r.theme_id
      AND j.base_library IS NOT DISTINCT FROM r.base_library_id
      AND j.region IS NOT DISTINCT FROM coalesce(r.region_id, d.region_id)
    JOIN catalog_searchform f ON f.share_type = r.share_type AND f.open_type = r.open_type
      AND f.update_cycle = r.update_cycle AND f.format_category = r.format_category
      AND f.mount_kind = coalesce(m.kind, '') AND f.grade = r.grade
      AND f.freshness = r.freshness AND f.has_data = (r.row_count IS NOT NULL)
    WHERE r.id = ANY (ids) AND r.status = 'PUBLISHED' ORDER BY r.id
    OFFSET 0
  ) AS made
  ON CONFLICT (resource_id) DO UPDATE SET provider = excluded.provider, subject = excluded.subject,
    form = excluded.form, is_restricted = excluded.is_restricted, standing = excluded.standing,
    published_at = excluded.published_at, data_updated_at = excluded.data_updated_at, name = excluded.name,
    body = excluded.body, lexemes = excluded.lexemes;
END $$;
"""

TRIGGERS = r"""
CREATE FUNCTION gd_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[];
BEGIN
  IF TG_TABLE_NAME = 'catalog_dataresource' THEN
    IF TG_OP = 'INSERT' THEN
      ids := ARRAY(SELECT id FROM after_rows WHERE status = 'PUBLISHED');
    ELSIF TG_OP = 'DELETE' THEN
      ids := ARRAY(SELECT id FROM before_rows WHERE status = 'PUBLISHED');
    ELSE
      ids := ARRAY(SELECT n.id FROM after_rows n JOIN before_rows o ON o.id = n.id
        WHERE 'PUBLISHED' IN (n.status, o.status) AND n IS DISTINCT FROM o);
    END IF;
  ELSIF TG_TABLE_NAME IN ('catalog_dataitem', 'catalog_resourcemount') THEN
    IF TG_OP = 'INSERT' THEN
      ids := ARRAY(SELECT DISTINCT resource_id FROM after_rows);
    ELSIF TG_OP = 'DELETE' THEN
      ids := ARRAY(SELECT DISTINCT resource_id FROM before_rows);
    ELSE
      ids := ARRAY(SELECT resource_id FROM after_rows UNION SELECT resource_id FROM before_rows);
    END IF;
    ids := ARRAY(SELECT id FROM catalog_dataresource WHERE id = ANY (ids) AND status = 'PUBLISHED');
  ELSIF TG_TABLE_NAME = 'security_department' THEN
    ids := ARRAY(SELECT r.id FROM catalog_dataresource r WHERE r.status = 'PUBLISHED' AND r.provider_id IN (
      SELECT n.id FROM after_rows n JOIN before_rows o ON o.id = n.id
      WHERE (n.name, n.short_name, n.aliases, n.region_id)
        IS DISTINCT FROM (o.name, o.short_name, o.aliases, o.region_id)));
  ELSE
    ids := ARRAY(SELECT r.id FROM catalog_dataresource r
      JOIN after_rows n ON n.id IN (r.theme_id, r.base_library_id) JOIN before_rows o ON o.id = n.id
      WHERE r.status = 'PUBLISHED' AND n.name <> o.name);
  END IF;
  IF cardinality(ids) > 0 THEN
    PERFORM gd_search_refresh(ids);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION gd_search_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP IN ('DELETE', 'UPDATE') THEN
    INSERT INTO catalog_searchtally ("of", key, number)
    SELECT dimension, key, -count(*) FROM before_rows,
      LATERAL (VALUES (1, provider), (2, subject), (3, form)) AS d(dimension, key)
    WHERE NOT is_restricted GROUP BY 1, 2;
  END IF;
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    INSERT INTO catalog_searchtally ("of", key, number)
    SELECT dimension, key, count(*) FROM after_rows,
      LATERAL (VALUES (1, provider), (2, subject), (3, form)) AS d(dimension, key)
    WHERE NOT is_restricted GROUP BY 1, 2;
  END IF;
  RETURN NULL;
END $$;
"""

FOLLOWED = ("catalog_dataresource", "catalog_dataitem", "catalog_resourcemount")
"""Tables whose every statement is followed; of the names of departments and terms only changes matter."""


def triggers() -> str:
    """One statement trigger for each table and each kind of statement, with the rows before and after."""
    rows = {
        "INSERT": "REFERENCING NEW TABLE AS after_rows",
        "UPDATE": "REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows",
        "DELETE": "REFERENCING OLD TABLE AS before_rows",
    }
    wanted = [(table, kind, "gd_search_follow") for table in FOLLOWED for kind in rows]
    wanted += [(table, "UPDATE", "gd_search_follow") for table in ("security_department", "catalog_term")]
    wanted += [("catalog_searchrow", kind, "gd_search_tally") for kind in rows]
    return "".join(
        f"CREATE TRIGGER {function}_{kind.lower()} AFTER {kind} ON {table} {rows[kind]} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();\n"
        for table, kind, function in wanted
    )


TUNING = """
ALTER TABLE catalog_searchrow ALTER COLUMN lexemes SET STORAGE EXTERNAL, ALTER COLUMN body SET STORAGE MAIN,
  ALTER COLUMN name SET STORAGE MAIN;
ALTER TABLE catalog_searchrow ALTER COLUMN lexemes SET STATISTICS 3000;
ALTER TABLE catalog_dataresource ALTER COLUMN pinyin SET DEFAULT '{}', ALTER COLUMN use_count SET DEFAULT 0;
"""


def everything() -> str:
    """All statements, in order."""
    return LEXEMES + REFRESH + TRIGGERS + triggers() + TUNING
