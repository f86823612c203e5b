"""What SPARQL forbids, said in words with its place, through the whole service."""

from __future__ import annotations

import time

import pytest
from tests.sparql.conftest import ZY, Client

from zhiyin.sparql.meaning import fault_of

HEAD = f"PREFIX zy: <{ZY}>\n"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        # What stands where something else is wanted.
        ("SELECT ?c { ?c zy:number ?n OPTIONAL ⟦?c zy:text ?t }", "OPTIONAL 之后的内容要放进大括号"),
        ("SELECT ?c { ?c zy:number ?n MINUS ⟦?c zy:text ?t }", "MINUS 之后的内容要放进大括号"),
        ("SELECT ?c { ?c zy:number ?n FILTER NOT EXISTS ⟦?c zy:text ?t }", "EXISTS 之后的内容要放进大括号"),
        ("SELECT ?c { ?c zy:number ?n ⟦UNION ?c zy:text ?n }", "UNION 两边的内容都要放进大括号"),
        ("SELECT ?c { GRAPH ⟦{ ?c zy:number ?n } }", "GRAPH 之后缺少图的名字"),
        ("SELECT DISTINCT ⟦{ ?c zy:number ?n }", "SELECT 之后缺少变量"),
        ("SELECT ?c WHERE ⟦?c", "WHERE 之后缺少“{”"),
        ("SELECT ?c ⟦AS ?d { ?c zy:number ?n }", "(?x AS ?n)"),
        ("SELECT ?c { ?c zy:number ?n } LIMIT 5 ⟦WHERE { ?c ?p ?o }", "WHERE 要写在"),
        ("SELECT ?c { ?c zy:number ?n } ⟦; SELECT ?d { ?d ?p ?o }", "一次请求只有一条查询"),
        ("SELECT ?c { ?c zy:number ?n } VALUES ?c⟦", "VALUES 之后写变量和大括号里的值"),
        ("SELECT ?c { ?c zy:number/ ⟦?n }", "路径的“/”之后须为属性"),
        ("SELECT ?c { ?c zy:number|⟦| zy:text ?n }", "只写一个 |"),
        ("SELECT ?c { ?c zy:derivedFrom⟦{2} ?n }", "路径没有 {n}"),
        ("SELECT ?c { ⟦SELECT ?c { ?c zy:number ?n } ?c zy:text ?t }", "子查询要单独放进大括号"),
        ("CONSTRUCT { ?c zy:number ?n ⟦FILTER(?n > 1) } WHERE { ?c zy:number ?n }", "CONSTRUCT 的模板只有三元组"),
        ("DESCRIBE⟦", "DESCRIBE 之后缺少"),
        ("PREFIX foo: ⟦http://x/ SELECT ?c { ?c foo:x ?o }", "尖括号"),
        ("SELECT ?c { ?c zy:tier <ti⟦ er/3> }", "%20"),
        # What is no SPARQL wherever it stands.
        ("SELECT ?c { ?c zy:number ?n . ⟦. ?c zy:text ?t }", "多了一个句点"),
        ("SELECT ?c { ?c zy:text ?t FILTER(CONTAINS(?t⟦)) }", "CONTAINS 需要 2 个参数，这里有 1 个"),
        ("SELECT ?c { ?c zy:text ?t FILTER(REGEX(?t⟦)) }", "REGEX 需要 2–3 个参数"),
        ("SELECT (GROUP_CONCAT(?n⟦, ',') AS ?x) { ?c zy:number ?n }", "SEPARATOR"),
        ("SELECT (COUNT(DISTINCT ?n⟦, ?c) AS ?x) { ?c zy:number ?n }", "COUNT 只取一个表达式"),
        ("SELECT ?c { BIND(?x⟦) ?c zy:number ?o }", "BIND 要用 AS"),
        ("SELECT ?c { ?c zy:number ?o } HAVING ⟦COUNT(?c) > 1", "HAVING 的条件要放进括号"),
        ("SELECT ?c { ?c zy:order ?o FILTER(?o ⟦BETWEEN 1 AND 2) }", "没有 BETWEEN"),
        ("SELECT ?c { ?c zy:text ?t FILTER(⟦zy:near(?t)) }", "没有函数 zy:near"),
        ("SELECT ?n (⟦?z AS ?b) { ?c zy:number ?n } GROUP BY ?n", "?z 既没有出现在 GROUP BY"),
        ("SELECT ?n ⟦?z { ?c zy:number ?n } GROUP BY ?n", "?z 既没有出现在 GROUP BY"),
        ("SELECT (COUNT(?n) AS ?k) ⟦?c { ?c zy:number ?n }", "?c 既没有出现在 GROUP BY"),
        ("SELECT ⟦* { ?c zy:number ?n } GROUP BY ?n", "SELECT *"),
        ("SELECT ?c { ?c zy:number ?n { SELECT ⟦* { ?c zy:number ?m } GROUP BY ?c } }", "SELECT *"),
        ("SELECT * { _:a zy:number ?n OPTIONAL { ⟦_:a zy:text ?t } }", "_:a 不能用在两个组里"),
        ("SELECT * { { _:a zy:number ?n } UNION { ⟦_:a zy:text ?t } }", "_:a 不能用在两个组里"),
        ("SELECT * { ?c zy:number ?n FILTER(⟦COUNT(?n) > 1) }", "FILTER 中不能用聚合函数 COUNT"),
        ("SELECT * { ?c zy:number ?n BIND(⟦MAX(?n) AS ?m) }", "BIND 中不能用聚合函数 MAX"),
        ("SELECT * { ?c zy:number ?n BIND(1 AS ⟦?n) }", "?n 在 BIND 之前已经有值"),
        ("SELECT (1 AS ⟦?n) { ?c zy:number ?n }", "?n 在 WHERE 中已经使用"),
        ("SELECT ?n ⟦?n { ?c zy:number ?n }", "?n 出现了两次"),
        ("SELECT * { ?c zy:number ?n VALUES (?a ?b) { ⟦(1) } }", "1 个值，而变量有 2 个"),
        ("SELECT * { <http://example.org/a⟦ b> ?p ?o }", "不能有空格，请写作 %20"),
        ("SELECT * { ?s ?p <http://example.org/a⟦|b> }", "请写作 %7C"),
        ("SELECT * { ⟦<http://[bad> ?p ?o }", "不合法"),
        ("SELECT * { ?c zy:number ?n FILTER(?n = ⟦_:b) }", "不能有空白节点 _:b"),
        ("PREFIX id: <urn:id/> SELECT * { ?c zy:tier ⟦id:tier/3 }", "请写作 <urn:id/tier/3>"),
        ("PREFIX id: <urn:id/> SELECT * { ⟦id:clause/4.3.3.1 zy:text ?t }", "请写作 <urn:id/clause/4.3.3.1>"),
        # Slips of the hand and of other languages.
        ("SELECT ?x⟦, ?y { ?x ?y ?z }", "不用逗号"),
        ("SELECT ⟦x WHERE { ?x ?y ?z }", "变量前要加 ?：?x"),
        ("SELECT ⟦TOP 10 ?x { ?x ?y ?z }", "LIMIT n"),
        ("SELECT ⟦COUNT(?x) AS ?n { ?x ?y ?z }", "(COUNT(?x) AS ?n)"),
        ("SELECT (COUNT(?x)⟦) { ?x ?y ?z }", "AS 取名"),
        ("SELECT ?x { ?x ?y ?z FILTER ⟦?z > 3 }", "括号"),
        ("SELECT ?x { ?x ?y ?z FILTER(?z ⟦== 3) }", "写作一个 ="),
        ("SELECT ?x { ?x ?y ?z FILTER(?z > 3 ⟦AND ?z < 5) }", "&&"),
        ("SELECT ?x { ?x ?y ?z FILTER(⟦LIKE(?z, 'a')) }", "CONTAINS"),
        ("SELECT ?x { ?x ?y ?z FILTER(?z = ⟦三类) }", '"三类"'),
        ("SELECT ?x { ?x ?y ?z FILTER(?z IN ⟦1, 2) }", "IN (1, 2)"),
        ("SELECT ?x { ?x ?y ?z } LIMIT ⟦-1", "非负整数"),
        ("SELECT ?x { ?x ?y ?z } LIMIT ⟦ten", "非负整数"),
        ("SELECT ?x { ?x ?y ?z } ORDER ⟦?x", "缺少 BY"),
        ("SELECT ?x { ?x ?y ?z } ⟦SORT BY ?x", "ORDER BY"),
        ("SELECT ?x { ?x zy:tier ⟦}", "不完整"),
        ("SELECT ?x { ?x zy:tier ?y, ⟦}", "缺少内容"),
        ("SELECT ?x { ?x ?y ?z⟦； ?y ?u }", "中文标点"),
        ("SELECT * ⟦（ ?x ?y ?z ）", "中文标点"),
        ("SELECT ?x { ?x zy:text ⟦“核心” }", "中文标点"),
        ("SELECT ?x { ?x ⟦'p' ?z }", "谓词须为"),
        ("SELECT ?x { ?x ?y 'a'⟦^zy:date }", "两个 ^"),
        ("PREFIX a ⟦<urn:a#> SELECT * { ?x ?y ?z }", "带冒号"),
        ("⟦SELCT ?x { ?x ?y ?z }", "是否想写 SELECT"),
        ("SELECT ?x { ?x ?y ?z ⟦FITLER(?z > 1) }", "是否想写 FILTER"),
        ("SELECT ?x { ?x ?y ?z FILTER(⟦CONTIANS(?z, 'a')) }", "是否想写 CONTAINS"),
        ('SELECT ?x { ?x ?y ⟦"abc }', "缺少右引号"),
        ("SELECT ?x { ?x ?y ?z FILTER(?z > 1 ⟦} ", "不成对"),
    ],
)
def test_what_is_forbidden_is_said_in_words_with_its_place(client: Client, query: str, words: str) -> None:
    column = query.index("⟦") + 1
    response = client.get(HEAD + query.replace("⟦", ""))
    assert response.status == 400
    problem = response.json()
    assert words in problem["message"]["zh"]
    assert "unreported" not in problem["detail"]
    assert problem["place"] == {"line": 2, "column": column}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?n (COUNT(?c) AS ?k) { ?c zy:number ?n } GROUP BY ?n HAVING(COUNT(?c) > 0) ORDER BY DESC(?k) LIMIT 3",
        "SELECT (STRLEN(?n) AS ?l) { ?c zy:number ?n } GROUP BY (STRLEN(?n) AS ?x) ?n",
        "SELECT ?l (COUNT(?c) AS ?k) { ?c zy:number ?n } GROUP BY (STRLEN(?n) AS ?l)",
        "SELECT * { _:a zy:number ?n FILTER(?n != '') _:a zy:text ?t }",
        "SELECT ?n { ?c zy:number ?n { SELECT (MAX(?m) AS ?most) { ?d zy:number ?m } } }",
        "CONSTRUCT { _:x zy:number ?n } WHERE { _:x zy:number ?n }",
    ],
)
def test_what_is_allowed_is_let_be(client: Client, query: str) -> None:
    assert client.get(HEAD + query).status == 200
    assert fault_of(HEAD + query) is None


def test_a_fault_of_a_query_that_searches_stands_where_it_was_written(client: Client) -> None:
    response = client.get(HEAD + 'SELECT * { ?c zy:search "2" . ?c zy:number ?n FILTER(COUNT(?n) > 1) }')
    assert response.json()["place"] == {"line": 2, "column": 54}


def test_looking_for_a_fault_takes_no_more_than_the_text_is_long() -> None:
    for text in (
        "(" * 16_000,
        "<a:b " * 3_000,
        "_:a ?p ?o . " * 1_300,
        "{ " * 8_000,
        'SELECT * { ?s ?p "' + "a" * 16_000,
    ):
        started = time.process_time()
        fault_of(text)
        assert time.process_time() - started < 2
