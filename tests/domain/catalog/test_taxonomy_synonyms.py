"""Synonyms: the authority keeps them, every refusal says why, and nothing is kept half."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from catalog.taxonomy import actions
from catalog.taxonomy.models import Synonym
from catalog.taxonomy.queries import Thesaurus
from gdshare.lib.errors import Denied, Invalid
from tests.client import visible_text, web_client

LIST = "/catalog/synonyms/"


def add(who, term, *variants):
    return actions.add_synonym(by=who, now=timezone.now(), term=term, variants=variants)


# add_synonym


def test_words_of_a_group_find_each_other_in_any_spelling(cast):
    add(cast.liang, "最低生活保障", "低保", " 低保金 ", "低保")
    thesaurus = Thesaurus.load()
    assert thesaurus.variants("低保") == ("最低生活保障", "低保金")
    assert thesaurus.variants("最低生活保障") == ("低保", "低保金")
    assert thesaurus.variants("殘疾") == ()
    add(cast.liang, "電話號碼", "ＴＥＬ")
    assert Thesaurus.load().variants("电话号码") == ("tel",)


@pytest.mark.parametrize(
    ("term", "variants", "words"),
    [
        ("", ["低保"], "没有填写词"),
        ("低保", [], "没有另外的同义词"),
        ("低保", ["低保", " "], "没有另外的同义词"),
        ("ＧＤＰ", ["gdp"], "没有另外的同义词"),
        ("低保", ["户 籍"], "中间有空格"),
        ("低保", ["长" * 41], "超过 40 个字"),
        ("低保", [f"词{n}" for n in range(21)], "最多 20 个"),
        ("社會保險", ["五险"], "已在“社会保险”的同义词里"),
    ],
)
def test_refusals_say_why_and_change_nothing(cast, term, variants, words):
    add(cast.liang, "社会保险", "社保")
    with pytest.raises(Invalid) as refusal:
        add(cast.liang, term, *variants)
    assert words in refusal.value.message
    assert refusal.value.remedy
    assert Synonym.objects.count() == 1


@pytest.mark.parametrize("who", ["chen", "huang", "sysadmin"])
def test_only_the_authority_adds(cast, who):
    with pytest.raises(Denied, match="主管部门维护"):
        add(cast.people[who], "低保", "最低生活保障")


# remove_synonym


def test_removing_is_logged_and_may_be_repeated(cast):
    row = add(cast.liang, "低保", "最低生活保障")
    with pytest.raises(Denied):
        actions.remove_synonym(synonym=row, by=cast.chen, now=timezone.now())
    for _ in range(2):
        actions.remove_synonym(synonym=row, by=cast.liang, now=timezone.now())
    assert Thesaurus.load().groups == {}
    assert list(AuditEvent.objects.order_by("id").values_list("verb", flat=True)) == ["synonym.add", "synonym.remove"]


# the database


@pytest.mark.parametrize(
    "values", [{"term": "", "variants": ["甲"]}, {"term": "甲", "variants": []}, {"term": "甲", "variants": ["甲"]}]
)
def test_the_database_refuses_what_is_no_group(cast, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Synonym.objects.create(**values, created_at=timezone.now())


# pages


def test_the_page_adds_lists_and_removes(cast):
    client = web_client(cast.liang)
    answer = client.post(f"{LIST}add/", {"term": "低保", "variants": "最低生活保障、低保金；低保对象"}, follow=True)
    assert "最低生活保障、低保金、低保对象" in visible_text(answer.content.decode())
    answer = client.post(f"{LIST}add/", {"term": "低保", "variants": "甲"})
    assert answer.status_code == 400
    assert "已在“低保”的同义词里" in visible_text(answer.content.decode())
    answer = client.post(f"{LIST}{Synonym.objects.get().pk}/remove/", follow=True)
    assert "还没有同义词" in visible_text(answer.content.decode())
    assert web_client(cast.chen).get(LIST).status_code == 403
