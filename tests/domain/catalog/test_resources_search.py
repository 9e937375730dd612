"""Search finds exactly the substrings, shows only what may be known, and counts what it shows."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.resources import search_order, searching
from catalog.resources.models import DataResource, SearchRow
from catalog.resources.queries import search
from catalog.resources.search_conditions import matches
from catalog.resources.search_words import with_variants
from catalog.resources.searching import SORTS, fold, matching, pieces, snippet, suggest, words_of
from tests.factories.catalog import draft_resource, published_resource

WORDS = "不动产登记信息企业基本户籍人口养老保险医疗机构车辆驾驶证照食品药品GDP统计ＡＢＣ".replace("ＡＢＣ", "ＡＢＣabc")


def names(page):
    return [hit.resource.name for hit in page.rows]


def test_finds_substrings_of_every_searched_part(cast):
    resource = published_resource(cast, name="养老机构备案", abstract="含机构床位", tags=["民政业务"], theme="03",
                                  items=[{"name": "核定床位数", "identifier": "hdcws"}])  # fmt: skip
    published_resource(cast, name="企业登记")
    for text in ("养老", "老机", "构备案", "床位", "核定床", "hdcws", "HDCWS", "省自然", "民政业", "养", "养老 核定",
                 "社会保障", resource.code):  # fmt: skip
        assert "养老机构备案" in names(search(cast.chen, text=text)), text
    for text in ("老养", "养老企业", "案含", "床位备案床", "%", "_", "'", "\\", "养老 没有"):
        assert "养老机构备案" not in names(search(cast.chen, text=text)), text


def test_full_width_and_case_do_not_matter(cast):
    published_resource(cast, name="ＧＤＰ统计（年度）")
    for text in ("gdp", "GDP", "ｇｄｐ", "统计(年", "统计（年"):
        assert search(cast.chen, text=text).total == 1, text


def test_equals_python_substrings(cast):
    """Recall and precision 1 against the truth, over random cuts of random texts."""
    rng = random.Random(20260101)
    for number in range(60):
        name = "".join(rng.choice(WORDS) for _ in range(rng.randint(3, 12)))
        published_resource(cast, name=name, abstract="".join(rng.choice(WORDS) for _ in range(40)),
                           items=[{"name": f"{''.join(rng.choice(WORDS) for _ in range(5))}{number}"}])  # fmt: skip
    lines = {row.pk: row.body.split("\n") for row in SearchRow.objects.all()}
    assert {pk: set(parts) for pk, parts in lines.items()} == {
        row.pk: set(fold(row.search_text).split("\n")) for row in DataResource.objects.all()
    }
    for _ in range(300):
        text = "".join(rng.choice(WORDS) for _ in range(rng.randint(1, 4)))
        if rng.random() < 0.7:
            source = rng.choice(rng.choice(list(lines.values())))
            start = rng.randrange(len(source))
            text = source[start : start + rng.randint(1, 5)]
        words = words_of(text)
        if not words:
            continue
        truth = {pk for pk, parts in lines.items() if all(any(word in part for part in parts) for word in words)}
        found = set(matching(DataResource.objects.all(), words).values_list("pk", flat=True))
        assert found == truth or (all(word.is_latin for word in with_variants(words)) and truth <= found), text


def test_the_walk_changes_no_answer(cast, monkeypatch):
    """Wherever the walk ends, pages, lists and suggestions are those that a full reading gives."""
    for number in range(30):
        published_resource(cast, name=f"登记信息{number}" if number % 3 else f"道路运输{number}", abstract="年度登记")

    def answers():
        return [
            (
                [hit.resource.pk for hit in search(cast.chen, text=text, sort=sort, page_size=7, page=page).rows],
                set(matching(DataResource.objects.all(), words_of(text)).values_list("pk", flat=True)),
                suggest(cast.chen, text),
            )
            for text in ("登记", "登记信息", "运输", "年度登", "信息1", "dj", "没有")
            for sort in SORTS
            for page in (1, 2)
        ]

    monkeypatch.setattr(search_order, "WALK", 10_000)
    whole = answers()
    for length in (1, 8, 20):
        monkeypatch.setattr(search_order, "WALK", length)
        assert answers() == whole


def test_name_comes_before_abstract(cast):
    published_resource(cast, name="低保对象", abstract="关于困难家庭")
    published_resource(cast, name="困难家庭认定")
    published_resource(cast, name="困难家庭")
    assert names(search(cast.chen, text="困难家庭")) == ["困难家庭", "困难家庭认定", "低保对象"]


def test_shows_only_what_may_be_known(cast):
    draft_resource(cast, name="未发布的草稿")
    hidden = published_resource(cast, name="限定可见的资源", is_restricted=True)
    published_resource(cast, name="公开可见的资源")
    assert names(search(cast.li, text="草稿")) == []
    assert names(search(cast.chen, text="可见的")) == ["公开可见的资源"]
    assert set(names(search(cast.li, text="可见的"))) == {"公开可见的资源", hidden.name}
    assert search(cast.sysadmin).total == 0


def test_facets_count_and_narrow(cast):
    published_resource(cast, theme="03", name="甲资源")
    published_resource(cast, share_type="CONDITIONAL", theme="03", name="乙资源")
    published_resource(cast, share_type="NOT_SHARED", base_library="03", name="丙资源", items=[{"name": "面积"}])
    page = search(cast.chen, text="资源")
    facets = {facet.key: {option.value: option.count for option in facet.options} for facet in page.facets}
    assert facets["share_type"] == {"UNCONDITIONAL": 1, "CONDITIONAL": 1, "NOT_SHARED": 1}
    assert facets["theme"] == {"03": 2}
    assert facets["base_library"] == {"03": 1}
    assert facets["provider"] == {str(cast.natural_resources.pk): 3}
    assert facets["level"] == {"PROVINCE": 3}
    assert facets["grade"] == {"4": 2, "1": 1}
    assert facets["mount"] == {"NONE": 3}
    assert facets["cycle"] == {"DAILY": 3}
    narrowed = search(cast.chen, text="资源", filters={"share_type": ["CONDITIONAL"], "theme": ["03"]})
    assert names(narrowed) == ["乙资源"]
    own = {facet.key: {option.value: option.count for option in facet.options} for facet in narrowed.facets}
    assert own["share_type"] == {"UNCONDITIONAL": 1, "CONDITIONAL": 1}
    assert own["grade"] == {"4": 1}
    assert [option.label for facet in narrowed.facets for option in facet.options if option.is_selected] == [
        "有条件共享", "社会保障",
    ]  # fmt: skip
    assert search(cast.chen, filters={"provider": ["abc"], "grade": ["9" * 40]}).total == 0


@pytest.mark.parametrize("sort", ["relevance", "published", "updated", "name", "nonsense"])
def test_pages_hold_every_row_once(cast, sort):
    for _ in range(7):
        published_resource(cast)
    seen = [name for number in (1, 2, 3) for name in names(search(cast.chen, sort=sort, page=number, page_size=3))]
    assert len(seen) == len(set(seen)) == 7
    assert search(cast.chen, page=99, page_size=3).number == 3


def test_queries_do_not_grow_with_rows(cast):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = search(cast.chen, text="不动产", filters={"share_type": ["UNCONDITIONAL"]})
            assert all(hit.resource.provider.short_name for hit in page.rows)
        return len(captured)

    for _ in range(2):
        published_resource(cast)
    few = queries()
    for _ in range(10):
        published_resource(cast)
    assert queries() == few


def test_hits_are_cut_for_highlighting(cast):
    published_resource(cast, name="残疾人证", items=[{"name": "残疾类别"}, {"name": "发证日期"}])
    hit = search(cast.chen, text="残疾").rows[0]
    assert [(piece.text, piece.is_hit) for piece in hit.name] == [("残疾", True), ("人证", False)]
    assert [[(piece.text, piece.is_hit) for piece in item] for item in hit.items] == [[("残疾", True), ("类别", False)]]
    assert pieces("", ["甲"]) == ()
    assert snippet("x" * 200 + "目标" + "y" * 200, ["目标"]).count("目标") == 1


def test_index_is_used_on_a_large_table(cast):
    published_resource(cast)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_searchrow SELECT 1000000 + n, provider, subject, form, false, n, published_at, NULL, "
            "t, t, gd_lexemes(t, t, '{}') FROM catalog_searchrow s, generate_series(1, 8000) AS n, LATERAL (VALUES ("
            "chr(19968 + n % 3000) || chr(20000 + n * 7 % 3000) || chr(25000 + n * 11 % 2000) || '登记信息')) AS x(t)"
        )
        cursor.execute("SELECT gin_clean_pending_list('searchrow_lexemes')")
        cursor.execute("ANALYZE catalog_searchrow")
    word = chr(19968 + 5) + chr(20000 + 35) + chr(25000 + 55)
    found = matches(with_variants(words_of(word)))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT count(*) FROM catalog_searchrow s WHERE {found.sql}", found.params)
        assert "searchrow_lexemes" in str(cursor.fetchall())


def test_statistics_of_the_grams_are_raised(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT attstattarget FROM pg_attribute WHERE attrelid = 'catalog_searchrow'::regclass "
                       "AND attname = 'lexemes'")  # fmt: skip
        assert cursor.fetchone() == (3000,)


@pytest.mark.django_db
@pytest.mark.parametrize("is_common", [True, False])
def test_the_status_is_asked_before_a_text_is_folded(is_common, monkeypatch):
    """PostgreSQL keeps the order within an OR; the other way round every published row on the walk costs 0.1 ms."""
    monkeypatch.setattr(searching, "is_common", lambda told: is_common)
    sql = str(matching(DataResource.objects.all(), words_of("人口")).values("pk").query)
    assert 0 <= sql.rindex('"status"') < sql.index("gd_fold(")
