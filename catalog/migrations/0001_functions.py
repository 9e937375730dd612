"""Chinese substring search: single characters and neighbouring pairs of the folded text, as a tsvector (bench.md)."""

from django.db import migrations

# Folded to lower case and half width; each line is cut by itself so that pairs never cross from one field to the next.
GRAMS = """
CREATE FUNCTION gd_fold(source text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(translate(source, '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ（）　',
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz() '));
CREATE FUNCTION gd_grams(source text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT array_to_tsvector(coalesce(array_agg(DISTINCT gram), '{}')) FROM (
  SELECT substr(folded.text, i, n) AS gram
  FROM (SELECT gd_fold(source) AS text) AS folded, generate_series(1, length(folded.text)) AS i, (VALUES (1), (2)) AS size(n)
) AS grams WHERE gram !~ '\\s' AND gram <> '');
CREATE SCHEMA mounted;
"""
UNDO = """
DROP SCHEMA mounted CASCADE; DROP FUNCTION gd_grams(text); DROP FUNCTION gd_fold(text);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(GRAMS, UNDO)]
