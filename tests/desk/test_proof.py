"""Verdicts that can be proved: canonical input, sealed packages, the audit that finds what was altered, the backup."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from tests.desk.cluster import fresh_database
from tests.desk.conftest import FAST, HERE, Office, judge_remembered, sample, staffed

from zhiyin.cli.verify import command as verify_command
from zhiyin.composition.desk import open_desk
from zhiyin.composition.judging import rules
from zhiyin.desk import journal, packages, ruling_changes, submissions, verdicts
from zhiyin.desk.audit import places_apart, verify
from zhiyin.desk.backup import back_up, restore
from zhiyin.desk.canonical import canonical, rdfc_hash
from zhiyin.desk.faults import Conflict
from zhiyin.desk.options import Options
from zhiyin.desk.passwords import Passwords
from zhiyin.desk.schema import blobs, kept_settings
from zhiyin.desk.schema import journal as journal_table
from zhiyin.desk.schema import rulings as ruling_table
from zhiyin.desk.schema import submissions as submission_table
from zhiyin.desk.schema import verdicts as verdict_table
from zhiyin.desk.signatures import ED25519, SM2, new_key, read_private, read_public, write_key_files
from zhiyin.errors import BadRequest, BadSubmission
from zhiyin.intake.reading import read_any

OWN = sample("tier-1-complete.ttl")
HALF = sample("rooms-hosted-in-part.ttl")
CONTENT: dict[str, object] = {
    "verdict": {"document": "{}", "sha256": ""},
    "determinations": {"turtle": "", "sha256": None},
}


def nquads(text: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)]


# After the recommendation's own test suite (rdf-canon tests 1 to 75): what each is about, in triples of ours.
KNOWN = {
    "no blank node": ("<http://e/s> <http://e/p> <http://e/o> .", "<http://e/s> <http://e/p> <http://e/o> .\n"),
    "one blank node": ('_:x <http://e/p> "v" .', '_:c14n0 <http://e/p> "v" .\n'),
    "twice the same": ("_:x <http://e/p> _:x .\n_:x <http://e/p> _:x .", "_:c14n0 <http://e/p> _:c14n0 .\n"),
    "escapes": (
        r'<http://e/s> <http://e/p> "a\u0007\t\n\"\\\u007F\u00E9" .',
        '<http://e/s> <http://e/p> "a\\u0007\\t\\n\\"\\\\\\u007Fé" .\n',
    ),
    "language and datatype": (
        '<http://e/s> <http://e/p> "x"@en-us , "1"^^<http://www.w3.org/2001/XMLSchema#integer> .'.replace(
            " , ", " .\n<http://e/s> <http://e/p> "
        ),
        '<http://e/s> <http://e/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n<http://e/s> <http://e/p> "x"@en-us .\n',
    ),
    # Appendix A.1 of the recommendation: two blank nodes that only what hangs on them tells apart.
    "unique hashes": (
        "<http://example.com/#p> <http://example.com/#q> _:e0 .\n<http://example.com/#p> <http://example.com/#r> _:e1 .\n"
        "_:e0 <http://example.com/#s> <http://example.com/#u> .\n_:e1 <http://example.com/#t> <http://example.com/#u> .",
        "<http://example.com/#p> <http://example.com/#q> _:c14n0 .\n<http://example.com/#p> <http://example.com/#r> _:c14n1 .\n"
        "_:c14n0 <http://example.com/#s> <http://example.com/#u> .\n_:c14n1 <http://example.com/#t> <http://example.com/#u> .\n",
    ),
    # Appendix A.2: two whose first-degree hashes are the same.
    "shared hashes": (
        "<http://example.com/#p> <http://example.com/#q> _:e0 .\n<http://example.com/#p> <http://example.com/#q> _:e1 .\n"
        "_:e0 <http://example.com/#p> _:e2 .\n_:e1 <http://example.com/#p> _:e3 .\n_:e2 <http://example.com/#r> _:e3 .",
        "<http://example.com/#p> <http://example.com/#q> _:c14n2 .\n<http://example.com/#p> <http://example.com/#q> _:c14n3 .\n"
        "_:c14n0 <http://example.com/#r> _:c14n1 .\n_:c14n2 <http://example.com/#p> _:c14n1 .\n_:c14n3 <http://example.com/#p> _:c14n0 .\n",
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_graphs_have_their_canonical_form(name: str) -> None:
    stated, wanted = KNOWN[name]
    assert canonical(nquads(stated)).decode() == wanted


def relabelled(triples: list[ox.Triple], seed: int) -> list[ox.Triple]:
    """The same graph in another order under other labels."""
    shuffled = random.Random(seed)  # noqa: S311 - an order, no secret
    names: dict[str, ox.BlankNode] = {}

    def named(term: object) -> object:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term.value, ox.BlankNode(f"z{shuffled.randrange(10**9)}"))
        return term

    changed = [ox.Triple(named(t.subject), t.predicate, named(t.object)) for t in triples]  # type: ignore[arg-type]
    shuffled.shuffle(changed)
    return changed


RING = "\n".join(f"_:n{i} <http://e/next> _:n{(i + 1) % 6} ." for i in range(6))
TWINS = "_:a <http://e/p> _:b .\n_:b <http://e/p> _:a .\n_:c <http://e/p> _:d .\n_:d <http://e/p> _:c ."


@pytest.mark.parametrize("text", [RING, TWINS, RING + "\n" + TWINS], ids=["ring", "twins", "both"])
@pytest.mark.parametrize("seed", range(4))
def test_neither_labels_nor_order_count(text: str, seed: int) -> None:
    triples = nquads(text)
    assert canonical(relabelled(triples, seed)) == canonical(triples)


def test_graphs_that_differ_differ() -> None:
    two_rings = nquads(
        RING.replace("_:n5 <http://e/next> _:n0", "_:n5 <http://e/next> _:n3").replace(
            "_:n2 <http://e/next> _:n3", "_:n2 <http://e/next> _:n0"
        )
    )
    assert rdfc_hash(two_rings) != rdfc_hash(nquads(RING))


def test_a_submission_has_one_hash_in_every_syntax() -> None:
    triples = list(read_any(HALF, rules(), source="x.ttl").triples)
    as_xml = bytes(ox.serialize(triples, format=ox.RdfFormat.RDF_XML) or b"")
    assert (
        rdfc_hash(read_any(as_xml, rules(), source="x.rdf").triples)
        == rdfc_hash(relabelled(triples, 1))
        == rdfc_hash(triples)
    )


def test_a_poisoned_graph_is_refused_in_time() -> None:
    clique = "\n".join(f"_:n{i} <http://e/p> _:n{j} ." for i in range(8) for j in range(8) if i != j)
    with pytest.raises(BadSubmission):
        canonical(nquads(clique))


@pytest.mark.parametrize("algorithm", [ED25519, SM2])
def test_any_byte_flipped_is_found(tmp_path: Path, algorithm: str) -> None:
    from hashlib import sha256

    key = new_key(algorithm)
    content = {**CONTENT, "verdict": {"document": "{}", "sha256": sha256(b"{}").hexdigest()}}
    data = packages.sealed(key, content)
    public = read_public(write_key_files(key, tmp_path / "k"))
    assert packages.opened(data, public).content == content
    step = 1 if algorithm == ED25519 else 13
    for at in range(0, len(data), step):
        for bit in (0, 5):
            changed = data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]
            with pytest.raises(BadRequest):
                packages.opened(changed, public)
    for changed in (data + b"\n", data[:-1], b"\xef\xbb\xbf" + data, b""):
        with pytest.raises(BadRequest):
            packages.opened(changed, public)
    with pytest.raises(BadRequest):
        packages.opened(data, new_key(algorithm).public)


def test_sm2_keys_are_read_back_and_differ() -> None:
    one, two = new_key(SM2), new_key(SM2)
    assert one.public != two.public
    assert one.public.checks(b"x", one.sign(b"x"))
    assert not two.public.checks(b"x", one.sign(b"x"))


def test_a_package_is_checked_offline_with_the_public_key_alone(office: Office, tmp_path: Path) -> None:
    name = office.judged(office.regulator, HALF, "半.ttl")
    ruling_changes.rule(
        office.desk, office.regulator, HERE, name, ruling_changes.Wanted("5.1.1.3", "satisfied", "核实", "2026-07-01")
    )
    with office.desk.database.read() as connection:
        data = packages.package(office.desk, connection, submissions.find(connection, office.regulator, name))
    assert office.desk.options.signing is not None
    key = office.desk.options.signing.with_name("signing.key.pub")
    file, given = tmp_path / f"x{packages.SUFFIX}", tmp_path / "given.ttl"
    file.write_bytes(data)
    given.write_bytes(HALF.replace(b"\n\n", b"\n"))
    ask = [str(file), "--key", str(key), "--input", str(given), "--extract", str(tmp_path / "out")]
    held = CliRunner().invoke(verify_command, ask, standalone_mode=False)
    assert (held.return_value, name in held.output) == (0, True)
    assert b"5.1.1.3" in (tmp_path / "out" / "determinations.ttl").read_bytes()
    given.write_bytes(HALF.replace(b"zy:headquartersStaffCount 100", b"zy:headquartersStaffCount 101"))
    assert CliRunner().invoke(verify_command, ask, standalone_mode=False).return_value == 1
    file.write_bytes(data.replace(b"satisfied", b"violated!", 1))
    assert CliRunner().invoke(verify_command, ask[:3], standalone_mode=False).return_value == 1
    assert read_private(office.desk.options.signing).public == read_public(key)


def test_without_a_key_nothing_is_sealed(small_office: Office) -> None:
    from dataclasses import replace

    name = small_office.judged(small_office.own, OWN)
    desk = replace(small_office.desk, options=Options())
    with desk.database.read() as connection, pytest.raises(Conflict):
        packages.package(desk, connection, submissions.find(connection, small_office.own, name))


def test_a_sound_desk_verifies(office: Office) -> None:
    name = office.judged(office.regulator, HALF)
    ruling_changes.rule(
        office.desk, office.regulator, HERE, name, ruling_changes.Wanted("5.1.1.3", "satisfied", "核实", "2026-07-01")
    )
    office.judged(office.own, b"no submission")
    audit = verify(office.desk)
    assert (audit.faults, audit.changed) == ([], [])
    assert (audit.submissions, audit.verdicts, audit.same) == (2, 2, 2)


ALTERED: dict[str, Callable[[sa.Connection], object]] = {
    "a line of the log": lambda c: c.execute(journal_table.update().where(journal_table.c.number == 3).values(who="x")),
    "a line removed": lambda c: c.execute(journal_table.delete().where(journal_table.c.number == 4)),
    "the last line removed": lambda c: c.execute(
        journal_table.delete().where(
            journal_table.c.number == sa.select(sa.func.max(journal_table.c.number)).scalar_subquery()
        )
    ),
    "two lines changed places": lambda c: [
        c.execute(journal_table.update().where(journal_table.c.number == a).values(number=b))
        for a, b in ((3, 900), (4, 3), (900, 4))
    ],
    "a verdict's status": lambda c: c.execute(verdict_table.update().values(status="not met")),
    "a verdict's outcomes": lambda c: c.execute(verdict_table.update().values(outcomes='{"5.1.1.1": "satisfied"}')),
    "a verdict taken": lambda c: c.execute(verdict_table.delete().where(verdict_table.c.number == 1)),
    "when a submission came": lambda c: c.execute(submission_table.update().values(received="2020-01-01T00:00:00Z")),
    "who sent it": lambda c: c.execute(submission_table.update().values(sender_name="another")),
    "a ruling's reason": lambda c: c.execute(ruling_table.update().values(reason="another")),
    "a ruling taken": lambda c: c.execute(ruling_table.delete()),
    "bytes": lambda c: c.execute(blobs.update().values(body=b"ZD0" + b"x")),
    "bytes exchanged": lambda c: c.execute(
        blobs.update().values(body=sa.select(blobs.c.body).order_by(blobs.c.id).limit(1).scalar_subquery())
    ),
}


@pytest.fixture(scope="module")
def ruled_on(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a desk with a verdict and a ruling, which nobody has open."""
    path = tmp_path_factory.mktemp("audited") / "desk.sqlite3"
    desk = open_desk(str(path), Options(), new=True, passwords=Passwords(FAST), judge=judge_remembered)
    office = staffed(desk)
    name = office.judged(office.regulator, HALF)
    ruling_changes.rule(
        desk, office.regulator, HERE, name, ruling_changes.Wanted("5.1.1.3", "satisfied", "核实", "2026-07-01")
    )
    assert verify(desk, judging=False).faults == []
    desk.database.close()
    return path


@pytest.mark.parametrize("what", ALTERED)
def test_the_audit_finds_what_was_altered(ruled_on: Path, tmp_path: Path, what: str) -> None:
    copy = tmp_path / "desk.sqlite3"
    shutil.copyfile(ruled_on, copy)
    desk = open_desk(str(copy), Options(), judge=judge_remembered)
    with desk.database.engine.connect() as raw:
        # As one who has the file: the guards of the database do not hold them.
        raw.exec_driver_sql("PRAGMA foreign_keys = OFF")
        for event in ("update", "delete"):
            raw.exec_driver_sql(f"DROP TRIGGER journal_no_{event}")
        ALTERED[what](raw)
        raw.commit()
    assert verify(desk, judging=False).faults != []
    desk.database.close()


def test_what_other_rules_make_otherwise_is_told_as_that(small_office: Office) -> None:
    from dataclasses import replace

    small_office.judged(small_office.own, OWN)

    def later(case: object) -> object:
        judged = judge_remembered(case)  # type: ignore[arg-type]
        rules = {**judged.rules, "rules": {**judged.rules["rules"], "shapes": "f" * 64}}  # type: ignore[dict-item]
        return replace(judged, document=judged.document + b" ", rules=rules)

    audit = verify(replace(small_office.desk, judge=later))  # type: ignore[arg-type]
    assert audit.faults == []
    assert "rules.shapes" in audit.changed[0]


def test_a_verdict_that_comes_out_differently_is_told_with_the_place(small_office: Office) -> None:
    from dataclasses import replace

    small_office.judged(small_office.own, OWN)

    def otherwise(case: object) -> object:
        judged = judge_remembered(case)  # type: ignore[arg-type]
        document = json.loads(judged.document)
        clause = document["verdicts"][0]["clauses"][3]
        clause["outcome"] = "violated"
        return replace(judged, document=json.dumps(document).encode())

    audit = verify(replace(small_office.desk, judge=otherwise))  # type: ignore[arg-type]
    assert len(audit.faults) == 1
    assert re.search(r"at \$\.verdicts\[0\]\.clauses\[3\]\([\d.]+\)\.outcome$", audit.faults[0])


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": [1, 2]}, {"a": [1, 3]}, ["$.a[1]"]),
        ({"a": [1]}, {"a": [1, 2]}, ["$.a"]),
        ({"a": 1}, {"b": 1}, ["$.a", "$.b"]),
        ([{"number": "3.1", "x": 1}], [{"number": "3.1", "x": "1"}], ["$[0](3.1).x"]),
    ],
)
def test_places_apart_are_named(before: object, after: object, places: list[str]) -> None:
    assert places_apart(before, after) == places


def test_a_backup_restores_to_a_desk_that_verifies_on_either_database(
    office: Office, tmp_path: Path, postgres: Path
) -> None:
    name = office.judged(office.regulator, HALF)
    ruling_changes.rule(
        office.desk, office.regulator, HERE, name, ruling_changes.Wanted("5.1.1.3", "satisfied", "核实", "2026-07-01")
    )
    with office.desk.database.write() as connection:
        connection.execute(kept_settings.insert().values(name="x", value="y"))
    file = tmp_path / "backup.sqlite3"
    assert back_up(office.desk.database, file, journal.THE_DESK) > 10
    assert file.stat().st_mode & 0o777 == 0o600
    other = office.desk.database.place.is_sqlite
    place = fresh_database(postgres, f"restored{id(office)}") if other else str(tmp_path / "restored.sqlite3")
    from zhiyin.desk.database import Database
    from zhiyin.desk.place import place_of

    empty = Database(place_of(place))
    restore(empty, file, journal.THE_DESK)
    with pytest.raises(Conflict):
        restore(empty, file, journal.THE_DESK)
    empty.close()
    again = open_desk(place, office.desk.options, passwords=Passwords(FAST), judge=judge_remembered)
    audit = verify(again)
    assert (audit.faults, audit.submissions, audit.verdicts) == ([], 1, 2)
    # It goes on as a desk: what is numbered goes on after what was restored.
    kept, new = submissions.receive(again, office.own, office.own.actor(HERE), OWN)
    assert new
    with again.database.read() as connection:
        assert verdicts.find(connection, kept.verdict) is None
    again.database.close()
