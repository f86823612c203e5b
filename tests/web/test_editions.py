"""Pages, search, questions and comparison of a plainly invented second edition, through the whole site over both texts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click import Context
from click.testing import CliRunner
from openpyxl import load_workbook
from tests.guideline.invented_revision import INSERTED, REPLACED, WITHDRAWN
from tests.intake.submissions import CODE
from tests.invented_edition import NEXT
from tests.web.site_pages import HTML
from werkzeug.datastructures import MultiDict
from werkzeug.test import Client

from zhiyin.cli import cli
from zhiyin.composition import BuiltGraph, question_library
from zhiyin.composition.edition_comparison import edition_difference
from zhiyin.composition.judging import law_of, rules
from zhiyin.composition.services import open_services
from zhiyin.errors import BadParameter, BadSubmission
from zhiyin.guideline.revision import Kind
from zhiyin.intake.rulings import read_rulings
from zhiyin.namespaces import CLAUSE, NAMES, names_of
from zhiyin.services import Services
from zhiyin.settings import Settings
from zhiyin.web import create_app
from zhiyin.web.editions import takes_edition
from zhiyin.web.ruling_form import as_file, with_form
from zhiyin.web.site import site_of

OWN = names_of("futures-it", "next")
NEW_WORDS = "虚构的天文钟授时信号"
GONE_WORDS = "机房面积"


@pytest.fixture(scope="module")
def both(next_edition: Path) -> Iterator[Services]:
    """The services of a project that holds the shipped edition and the draft of the invented one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHIYIN_EDITIONS", str(next_edition))
        rules.cache_clear()
        law_of.cache_clear()
        opened = open_services(Settings(access_log=False))
        yield opened
        opened.sparql.close()
    rules.cache_clear()
    law_of.cache_clear()


@pytest.fixture(scope="module")
def two(both: Services) -> Client:
    return Client(site_of(both), use_cookies=False)


def page(client: Client, address: str) -> str:
    response = client.get(address, headers={"Accept": HTML})
    assert response.status_code == 200, (address, response.get_data(as_text=True)[:300])
    assert response.mimetype == "text/html"
    return response.get_data(as_text=True)


def plain(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html)


# With one edition nothing shows.


@pytest.mark.parametrize("address", ["/clauses/5.2.1.2", "/browse?tier=4", "/compare?from=3&to=4", "/search?q=UPS"])
def test_with_one_edition_there_is_no_menu(client: Client, address: str) -> None:
    text = page(client, address)
    assert "edition" not in text
    assert "版本：" not in text


@pytest.mark.parametrize("address", ["/api/editions", "/api/editions/diff", "/compare/editions"])
def test_with_one_edition_there_is_nothing_to_compare(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/api/clauses", "/api/search", "/api/tiers"])
def test_with_one_edition_the_parameter_is_not_known(client: Client, address: str) -> None:
    assert client.get(f"{address}?edition=next&q=UPS").status_code == 400


# Which addresses and commands answer from one edition: derived, so that a new one is noticed.

OF_NO_EDITION = {
    **dict.fromkeys(("/validate", "/api/validate", "/api/facts"), "a submission names its own"),
    **dict.fromkeys(("/api/terms", "/context.jsonld", "/ontology", "/docs/ontology"), "the vocabulary is of all"),
    **dict.fromkeys(("/id/<path:name>", "/data/id/<path:file>"), "an IRI names its edition"),
    **dict.fromkeys(("/docs", "/docs/<page>.<suffix>", "/docs/api", "/docs/service", "/openapi.json"), "the service"),
    **dict.fromkeys(("/healthz", "/readyz", "/robots.txt", "/sitemap.xml", "/static/<path:filename>"), "the service"),
}
COMMANDS_OF_NO_EDITION = {
    "validate": "a submission names its own",
    "desk": "a submission names its own",
    "verify": "a verdict names the law that it was made by",
    **dict.fromkeys(("build", "serve", "publish", "mcp", "doctor"), "they take all that there are"),
}


def test_every_address_takes_an_edition_or_is_said_to_take_none(both: Services) -> None:
    app = create_app(both)
    without = {rule.rule for rule in app.url_map.iter_rules() if not takes_edition(rule.rule)}
    compared = {"/compare/editions", "/api/editions", "/api/editions/diff"}
    assert without == set(OF_NO_EDITION) | compared, (
        "does it speak of clauses? then it belongs into zhiyin.web.editions"
    )


def test_every_command_takes_an_edition_or_is_said_to_take_none() -> None:
    commands = {name: cli.get_command(Context(cli), name) for name in cli.list_commands(Context(cli))}
    without = {n for n, c in commands.items() if c is not None and "edition" not in {p.name for p in c.params}}
    assert without == set(COMMANDS_OF_NO_EDITION), "does it speak of clauses? then it takes zhiyin.cli.editions"


FLOOR_OF_SHIPPED = "指引第5.2.1.2条要求机房承重不少于500公斤/平方米。"


def test_a_text_is_checked_against_the_edition_asked_of(two: Client, tmp_path: Path) -> None:
    told = [
        two.post(f"/api/cite-check{query}", json={"text": FLOOR_OF_SHIPPED}).get_json()["statements"][0]["verdict"]
        for query in ("", "?edition=next")
    ]
    assert told == ["holds", "figure-differs"]
    asked = page(two, "/cite-check?edition=next")
    assert 'action="/cite-check?edition=next" method="post"' in asked
    shown = two.post("/cite-check?edition=next", data={"text": FLOOR_OF_SHIPPED}).get_data(as_text=True)
    assert "600公斤" in shown
    assert "/clauses/5.2.1.2?edition=next" in shown
    file = tmp_path / "text.txt"
    file.write_text(FLOOR_OF_SHIPPED, encoding="utf-8")
    printed = [
        CliRunner().invoke(cli, ["cite-check", str(file), "--all", *more]).output
        for more in ([], ["--edition", "next"])
    ]
    assert ["600公斤" in text for text in printed] == [False, True]


# With two, a menu, and each page of the edition asked of.


@pytest.mark.parametrize(
    "address",
    [
        *("/browse?tier=4", "/clauses/5.2.1.2", "/compare?from=3&to=4", "/concepts", "/concepts/core-system"),
        *("/search", "/search?q=UPS", "/questions", "/questions/counts_by_tier", "/docs/reading"),
    ],
)
def test_a_page_offers_both_editions_and_stays_in_the_one_chosen(two: Client, address: str) -> None:
    mark = "&" if "?" in address else "?"
    for edition in ("", "next"):
        text = page(two, f"{address}{mark}edition={edition}")
        menu = re.search(r'<nav class="[^"]*editions".*?</nav>', text, re.DOTALL)
        assert menu is not None
        assert [href.endswith("edition=next") for href in re.findall(r'href="(/[^"]*edition=[^"]*)"', menu[0])] == [
            False,
            True,
        ]
        assert re.findall(r"aria-current=true>([^<]*)<", menu[0]) == ["next 版" if edition else "随项目发布的文本"]
        rest = text.replace(menu[0], "")
        links = [href for href in re.findall(r'\shref="(/[^"]*)"', rest) if takes_edition(urlsplit(href).path)]
        assert links
        staying = [href for href in links if "edition=next" in href]
        # On the page of a clause each other edition's counterpart is linked as well.
        crossing = [href for href in links if href.endswith("edition=")]
        if edition:
            assert len(staying) + len(crossing) == len(links), set(links) - set(staying)
            assert len(crossing) == address.startswith("/clauses/")
        else:
            assert len(staying) == address.startswith("/clauses/")


def test_a_form_asks_in_the_edition_of_its_page(two: Client) -> None:
    forms = re.findall(r"<form[^>]*action=\"(/[^\"]*)\"[^>]*>(<input[^>]*>)?", page(two, "/compare?edition=next"))
    assert {path: bool(hidden) for path, hidden in forms} == {"/search": True, "/compare": True}
    assert all('value="next"' in hidden for _, hidden in forms)


def test_an_edition_that_is_not_there_is_told(two: Client) -> None:
    response = two.get("/api/clauses?edition=2099")
    assert response.status_code == 400
    assert response.get_json()["allowed"] == ["next"]


def test_what_takes_no_edition_says_so(two: Client) -> None:
    assert two.get("/api/terms?edition=next").status_code == 400


@pytest.mark.parametrize("number", sorted(REPLACED))
def test_a_clause_is_shown_as_its_edition_words_it(two: Client, both: Services, number: str) -> None:
    _, new, _ = REPLACED[number]
    old = both.catalogue.clauses[number]
    family = both.others["next"].catalogue.families[old.family]
    there = next(n for n in family.members if n.startswith(number.partition(".")[0] + "."))
    clause = two.get(f"/api/clauses/{there}?edition=next").get_json()
    assert clause["family"] == old.family
    assert (clause["obligation"] == "必须") if new == "[必须]" else (new in clause["text"])
    assert two.get(f"/api/clauses/{number}").get_json()["text"] == old.text
    shown = page(two, f"/clauses/{there}?edition=next")
    assert str(OWN.clause[there]) in shown
    # The other edition's words stand below, under the number that they have there.
    assert f"/clauses/{number}?edition=" in shown


def test_a_new_duty_has_a_page_in_its_own_edition_alone(two: Client) -> None:
    assert NEW_WORDS in page(two, "/clauses/5.3.2.5?edition=next")
    assert "该版本没有这一要求" in page(two, "/clauses/5.3.2.5?edition=next")
    assert NEW_WORDS not in page(two, "/clauses/5.3.2.5")


def test_readings_and_facts_follow_the_duty_and_not_the_number(two: Client, both: Services) -> None:
    """5.2.1.6 was withdrawn: what was 5.2.1.7 stands under 5.2.1.6 now, with its readings and what shows it."""
    number = "5.2.1.7"
    family = both.catalogue.clauses[number].family
    next_catalogue = both.others["next"].catalogue
    there = next(n for n in next_catalogue.families[family].members if n.startswith("5."))
    assert there == "5.2.1.6"
    touching = [r.id for r in both.catalogue.readings.values() if number in r.touches]
    assert touching
    assert touching == [r.id for r in next_catalogue.readings.values() if there in r.touches]
    terms = re.compile(r'<dt><a href="/docs/vocabulary[^"]*">([^<]*)</a>')
    own = terms.findall(page(two, f"/clauses/{number}"))
    assert own
    assert terms.findall(page(two, f"/clauses/{there}?edition=next")) == own


def test_data_of_a_clause_is_its_editions(two: Client) -> None:
    text = two.get("/clauses/5.2.1.2.ttl?edition=next").get_data(as_text=True)
    assert "600公斤" in text
    assert f"<{CLAUSE['5.2.1.2']}>" not in text
    response = two.get("/id/futures-it/next/clause/5.2.1.2", headers={"Accept": HTML})
    assert response.location == "/clauses/5.2.1.2?edition=next"
    assert "600公斤" in two.get("/data/id/futures-it/next/clause/5.2.1.2.ttl").get_data(as_text=True)
    assert "500公斤" in two.get("/data/id/clause/5.2.1.2.ttl").get_data(as_text=True)


# Search, questions and asking.


def test_search_finds_what_its_edition_says(two: Client) -> None:
    def found(edition: str) -> list[str]:
        hits = two.get(f"/api/search?q={NEW_WORDS}&edition={edition}").get_json()["hits"]
        return [hit["number"] for hit in hits if NEW_WORDS in hit["text"]]

    assert found("next") == ["5.3.2.5"]
    assert found("") == []
    assert NEW_WORDS in plain(page(two, f"/search?q={NEW_WORDS}&edition=next"))


def test_asking_answers_by_its_edition(two: Client) -> None:
    def floor(edition: str) -> object:
        answer = two.get(f"/api/ask?q=四类机房承重多少&edition={edition}").get_json()
        return [(f["clause"], f["value"]) for f in answer["figures"] if f["tier"] == 4]

    assert floor("") == [("5.2.1.2", 500)]
    assert floor("next") == [("5.2.1.2", 600)]


def counts(client: Client, edition: str) -> list[int]:
    rows = client.get(f"/api/queries/counts_by_tier?edition={edition}&format=json").get_json()["results"]["bindings"]
    return [int(row["clauses"]["value"]) for row in rows]


def test_questions_count_one_edition_and_not_both(two: Client) -> None:
    assert counts(two, "") == [177, 183, 202, 209]
    assert counts(two, "next") == [176, 182, 202, 210]


@pytest.mark.parametrize("name", sorted(question_library()))
def test_every_question_speaks_of_its_edition_alone(two: Client, name: str) -> None:
    question = question_library()[name]
    form = "nt" if question.is_graph else "json"
    for edition, foreign in (("next", f"{NAMES.clause}"), ("", f"{OWN.base}")):
        response = two.get(
            f"/api/queries/{name}", query_string={**question.example, "edition": edition, "format": form}
        )
        assert response.status_code == 200
        text = response.get_data(as_text=True)
        assert foreign not in text
        assert edition or str(OWN.base) not in text


def test_a_question_of_the_ladder_answers_in_each_edition(two: Client) -> None:
    for edition, words in (("", "500公斤"), ("next", "600公斤")):
        text = plain(page(two, f"/questions/duty_ladder?clause=5.2.1.2&edition={edition}"))
        assert words in text


# The two texts compared.


def test_every_change_of_the_revision_is_told_and_no_other(both: Services) -> None:
    found = edition_difference(both.catalogue, both.others["next"].catalogue)
    told = {(c.before.number if c.before else c.clause.number): c.kind for c in found.changed}
    expected: dict[str, Kind] = {number: kind for number, (_, _, kind) in REPLACED.items()}
    expected |= dict.fromkeys(WITHDRAWN, Kind.WITHDRAWN)
    expected |= dict.fromkeys(("5.3.2.5", "4.7.4.4", "5.7.4.4"), Kind.NEW)
    assert told == expected
    assert len(found.changes) == 771 + len(INSERTED)
    assert found.summary[Kind.SAME] == 771 - len(REPLACED) - len(WITHDRAWN)


def test_the_comparison_shows_words_gone_and_come(two: Client) -> None:
    text = page(two, "/compare/editions?tier=4")
    assert "<del>500</del><ins>600</ins>" in text
    assert f"<ins>{INSERTED['5.3.2.4'].rpartition('] ')[2]}</ins>" in text
    assert '/clauses/5.2.1.2?edition="' in text
    assert '/clauses/5.2.1.2?edition=next"' in text
    assert "5.2.1.7" not in plain(text).partition("5.2.1.8")[0], "what only changed its number is not a change"


def test_the_comparison_is_data_too(two: Client) -> None:
    body = two.get("/api/editions/diff?from=&to=next&tier=4").get_json()
    assert body["summary"]["figure changed"] == 5
    (floor,) = [c for c in body["changes"] if c["after"] and c["after"]["number"] == "5.2.1.2"]
    assert floor["figures"] == [{"before": "500", "after": "600"}]
    backwards = two.get("/api/editions/diff?from=next&to=").get_json()
    assert backwards["summary"]["new"] == len(WITHDRAWN)
    assert backwards["summary"]["withdrawn"] == len(INSERTED)
    raw = two.get("/compare/editions?format=csv").get_data()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) == len(REPLACED) + len(WITHDRAWN) + len(INSERTED)
    assert two.get("/api/editions/diff?from=next&to=next").status_code == 400
    assert two.get("/compare/editions?to=2099").status_code == 400


def test_editions_are_listed_with_what_a_submission_names(two: Client) -> None:
    items = two.get("/api/editions").get_json()["items"]
    assert [(i["name"], i["requirements"]) for i in items] == [("", 771), ("next", 770)]
    assert items[1]["vocabulary"] == NEXT
    assert items[0]["graph"] != items[1]["graph"]


def test_both_stand_in_one_store(two: Client, both: Services) -> None:
    query = (
        "PREFIX zy: <https://w3id.org/zhiyin/ontology#> "
        "SELECT ?g (COUNT(DISTINCT ?c) AS ?n) { GRAPH ?g { ?c a zy:Requirement ; zy:text ?t } } GROUP BY ?g ORDER BY ?g"
    )
    rows = {row[0].value: row[1].value for row in both.sparql.select(query).rows if row[0] and row[1]}
    assert rows == {str(NAMES.graph.asserted): "771", str(OWN.graph.asserted): "770"}
    assert two.get("/sparql", query_string={"query": query}).status_code == 200


def test_a_submission_is_judged_through_the_site_by_the_edition_it_follows(two: Client, both: Services) -> None:
    from zhiyin import resources

    data = (resources.path("data/companies") / "tier-4-complete.ttl").read_bytes()
    other = data.replace(both.graph.edition.vocabulary.encode(), NEXT.encode())
    assert other != data
    headers = {"Content-Type": "text/turtle", "Accept": "application/json"}
    outcomes = []
    for body in (data, other):
        verdict = two.post("/api/validate?date=2026-06-30", data=body, headers=headers).get_json()["verdicts"][0]
        outcomes.append({c["number"]: c["outcome"] for c in verdict["clauses"]})
    assert "5.3.2.5" in outcomes[0]
    assert outcomes[1]["5.3.2.5"] == "undeclared", "a new duty has no shape yet"
    assert len(outcomes[1]) == len(outcomes[0]) + 1


def test_no_cached_page_of_one_edition_is_shown_for_the_other(two: Client) -> None:
    for address, words in (
        ("/browse?tier=4&section=2", "500公斤"),
        ("/browse?tier=4&section=2&edition=next", "600公斤"),
    ) * 2:
        assert words in plain(page(two, address))


def test_draft_folder_is_all_it_takes(both: Services) -> None:
    assert set(both.others) == {"next"}
    assert isinstance(Path(both.others["next"].graph.path), Path)


# The form, the shapes and what is sent back follow the edition that they are asked of.


def test_the_form_of_an_edition_asks_by_its_law_and_names_it(two: Client) -> None:
    old, new = (two.get(f"/api/form?tier=4{e}").get_json() for e in ("", "&edition=next"))
    assert (old["conformsTo"], new["conformsTo"]) == (rules().edition.vocabulary, NEXT)
    assert len(new["clauses"]) == len(old["clauses"]) + 1
    assert NEW_WORDS in str(new["clauses"])
    assert NEW_WORDS not in str(old["clauses"])


def test_the_page_of_the_form_stays_in_its_edition(two: Client) -> None:
    shown = page(two, "/declare?tier=4&edition=next")
    links = re.findall(r'href="(/api/template[^"]*)"', shown)
    assert len(links) == 3
    assert all("edition=next" in link for link in links)
    others = re.findall(r'href="(/declare\?tier=[^"]*)"', shown)
    assert others
    assert all("edition=" in link for link in others), "each tier's form in the same edition; the menu names the others"


@pytest.mark.parametrize(
    "path", ["/api/form?tier=1", "/api/shapes?tier=1", "/api/template?tier=1&format=ttl", "/declare"]
)
def test_an_edition_that_is_not_there_is_refused(two: Client, path: str) -> None:
    assert two.get(path + ("&" if "?" in path else "?") + "edition=7").status_code == 400


def test_the_shapes_of_an_edition_enforce_its_clauses_alone(two: Client) -> None:
    text = two.get("/api/shapes?tier=4&edition=next").get_data(as_text=True)
    assert "/futures-it/next/clause/" in text
    assert not re.search(rf"<{CLAUSE}|clause:\d", text)


def test_a_workbook_of_an_edition_is_read_and_judged_by_it(two: Client) -> None:
    from zhiyin.composition.judging import Asked, judge_bytes
    from zhiyin.form.workbook_layout import FOLLOWED_CELL

    blank = two.get("/api/template?tier=1&format=xlsx&edition=next").get_data()
    cells = load_workbook(io.BytesIO(blank))
    assert cells["说明"][FOLLOWED_CELL].value == NEXT
    assert (
        load_workbook(io.BytesIO(two.get("/api/template?tier=1&format=xlsx").get_data()))["说明"][FOLLOWED_CELL].value
        is None
    )
    sheet = cells["公司"]
    for row in sheet.iter_rows(min_row=2):
        if row[6].value in ("asOf", "unifiedSocialCreditCode"):
            row[1].value = {"asOf": "2026-06-30"}.get(str(row[6].value), CODE)
    held = io.BytesIO()
    cells.save(held)
    try:
        judged = judge_bytes(held.getvalue(), rules(), Asked(), source="form.xlsx")
    except BadSubmission as fault:
        raise AssertionError(fault.details) from fault
    assert judged.rules.edition.id == "next"


def test_addresses_in_data_stay_in_the_edition(two: Client) -> None:
    items = two.get("/api/queries?edition=next").get_json()["items"]
    assert items
    assert all("edition=next" in item["href"] for item in items)
    assert "edition" not in two.get("/api/queries").get_data(as_text=True)


def test_commands_take_the_edition(both: Services, monkeypatch: pytest.MonkeyPatch, built: BuiltGraph) -> None:

    runner = CliRunner()
    for command, told in (("template --tier 4", NEXT), ("shapes --tier 4", "/futures-it/next/clause/")):
        found = runner.invoke(cli, [*command.split(), "--edition", "next"])
        assert found.exit_code == 0, found.output
        assert told in found.output
        assert told not in runner.invoke(cli, command.split()).output
    new = next(c for c in both.others["next"].catalogue.clauses.values() if NEW_WORDS in c.text)
    assert NEW_WORDS in runner.invoke(cli, ["clause", new.number, "--edition", "next"]).output.replace("\n", "")
    refused = runner.invoke(cli, ["clause", new.number, "--edition", "7"])
    assert isinstance(refused.exception, BadParameter)


# Rulings that the page's form takes.

RULED = """@prefix zy: <https://w3id.org/zhiyin/ontology#> .
<urn:r> a zy:Determination ; zy:ofCompany <urn:c> ; zy:ofClause {clause} ;
    zy:ruling zy:Satisfied ; zy:determinedBy "检查岗" ; zy:determinedOn "2026-06-20" ; zy:reason "经查" .
"""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [('"5.4.1.3"', set()), (f"<{OWN.clause}5.4.1.3>", set()), (f"<{CLAUSE}5.4.1.3>", {(str(CLAUSE), "5.4.1.3")})],
)
def test_a_ruling_of_the_form_takes_the_place_of_one_on_that_clause_of_its_edition_alone(
    both: Services, sent: str, kept: set[tuple[str, str]]
) -> None:
    given = {"r-company": "urn:c", "r-clause": f"{OWN.clause}5.4.1.3", "r-outcome": "violated", "r-reason": "再查"}
    filled = MultiDict({**given, "r-by": "甲", "r-role": "岗", "r-on": "2026-06-21"})
    file = with_form(RULED.format(clause=sent).encode(), "r.ttl", both.rules.vocabulary, filled)
    found = read_rulings(file, both.rules.vocabulary).determinations
    mine = (str(OWN.clause), "5.4.1.3")
    assert {(r.clauses, r.clause) for r in found} == kept | {mine}
    assert {str(r.outcome) for r in found if (r.clauses, r.clause) == mine} == {"violated"}


def test_a_number_alone_goes_into_the_file_as_the_clause_that_the_company_is_judged_by(both: Services) -> None:
    sent = RULED.format(clause='"5.4.1.3"').encode()
    for law, clauses in ((both.rules, str(CLAUSE)), (both.others["next"].rules, str(OWN.clause))):
        (ruling,) = read_rulings(as_file(sent, "r.ttl", law, "urn:c"), law.vocabulary).determinations
        assert (ruling.clauses, ruling.clause) == (clauses, "5.4.1.3")
