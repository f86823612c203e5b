"""From file bytes to verdict: this package beside pyshacl in one run, and a folder of companies with one job and two.

Run: python bench/validation.py [--rounds 3] [--companies 2000] [--jena] [--first]
``--jena`` fetches Apache Jena with Maven and asks both engines tier by tier; ``--first`` times new processes.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

if __package__ in {None, ""}:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from zhiyin import resources
from zhiyin.composition.batch import Row, judge_files
from zhiyin.composition.facts import normalised_facts
from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import ShapeLibrary, working_copy
from zhiyin.law.shapes_file import shapes_turtle
from zhiyin.model import Requirement
from zhiyin.report.outputs import OUTPUTS, render
from zhiyin.validation.assessment import assessment_triples
from zhiyin.validation.engine import Engine, PreparedShapes

SAMPLE = "data/companies/tier-4-complete.ttl"
_WARMING = 40
"""So many validations of a tier come before those that count: Java compiles what it runs often."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--companies", type=int, default=2000)
    parser.add_argument("--jena", action="store_true")
    parser.add_argument("--first", action="store_true")
    options = parser.parse_args()
    if options.first:
        a_first_verdict(options.rounds)
        return
    if options.jena:
        beside_jena(rules(), options.rounds)
        return
    one_company(rules(), options.rounds)
    if options.companies:
        a_folder(options.companies)


def one_company(law: Rules, rounds: int) -> None:
    """Print how long each takes from the bytes of one complete tier-4 company; processor and wall time, medians."""
    data = resources.path(SAMPLE).read_bytes()

    def ours(engine: Engine) -> Callable[[], object]:
        def run() -> object:
            judgement = judge_bytes(data, law, Asked(CHECK_DATE, engine=engine), source="sample.ttl")
            return render(judgement, OUTPUTS["json"])

        return run

    plain = plain_pyshacl(data, law.requirements)
    systems: list[tuple[str, Callable[[], object]]] = [
        ("zhiyin, compiled engine: verdict JSON, all four tiers", ours(Engine.COMPILED)),
        ("zhiyin, pyshacl: verdict JSON, all four tiers", ours(Engine.PYSHACL)),
        ("pyshacl: parse and validate, shapes of tier 4 parsed before", plain),
    ]
    for _, run in systems:
        run()
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in systems}
    for _ in range(rounds):
        for name, run in systems:
            wall, processor = time.perf_counter(), time.process_time()
            run()
            taken[name].append((time.process_time() - processor, time.perf_counter() - wall))
    medians = {name: [statistics.median(t[i] for t in times) for i in (0, 1)] for name, times in taken.items()}
    reference = medians[systems[-1][0]]
    print(f"One complete tier-4 company ({len(data):,} bytes), warm process, median of {rounds}\n")
    print("| | processor s | wall s | times pyshacl (processor) | (wall) |\n|---|---:|---:|---:|---:|")
    for name, (processor, wall) in medians.items():
        print(f"| {name} | {processor:.3f} | {wall:.3f} | {reference[0] / processor:.1f} | {reference[1] / wall:.1f} |")
    print()


def a_first_verdict(rounds: int) -> None:
    """Print how long a new process takes from its start to the verdict, in processor time."""
    code = (
        "import time; from zhiyin import resources; from zhiyin.composition.judging import Asked, judge_bytes, rules;"
        "from zhiyin.report.outputs import OUTPUTS, render;"
        f"data = resources.path({SAMPLE!r}).read_bytes();"
        "render(judge_bytes(data, rules(), Asked(), source='sample.ttl'), OUTPUTS['json']); print(time.process_time())"
    )
    taken = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(rounds)]
    print(
        f"First verdict of a new process, processor time: median {statistics.median(taken):.3f} s, least {min(taken):.3f}"
    )


def beside_jena(law: Rules, rounds: int) -> None:
    """Print the processor time of either engine, tier by tier, over the facts of the complete tier-4 company.

    Ours from the text of the facts to the results; Jena, its machine warmed by 40 validations of the tier, without
    reading the facts, which it gets parsed. Both take turns in the same run; the results are the same.
    """
    from tests.engines.outside_engines import Many, fetched_many

    data = resources.path(SAMPLE).read_bytes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jena = Many([*fetched_many(folder), "1"], folder / "log")
        print("| tier | zhiyin ms | Jena ms | times | results |\n|---:|---:|---:|---:|---:|")
        for tier in sorted({requirement.tier for requirement in law.requirements}):
            text = normalised_facts(data, law, Asked(CHECK_DATE, tier), source="sample.ttl").text
            shapes = folder / f"{tier}.ttl"
            shapes.write_text(shapes_turtle(tier, law.requirements, law.shapes), encoding="utf-8")
            own = PreparedShapes(
                working_copy(ShapeLibrary(law.shapes.statements, law.shapes.of_tier(tier), law.shapes.duties))
            )
            ours: list[float] = []
            theirs: list[float] = []
            for index in range(_WARMING + rounds):
                file = folder / f"{tier}-{index}.nt"
                file.write_text(text, encoding="utf-8")
                jena.ask(shapes, str(file))
                said = next(answer for _ in iter(int, 1) for _, answer in jena.answers(600))
                started = time.process_time()
                found = own.run(text, Engine.COMPILED)
                ours.append(time.process_time() - started)
                theirs.append(jena.microseconds[str(file)] / 1e6)
                if {(shape, focus) for shape, focus, _ in said} != {(r.shape, r.focus) for r in found}:
                    raise RuntimeError(f"the engines differ at tier {tier}")
            mine, other = statistics.median(ours[_WARMING:]), statistics.median(theirs[_WARMING:])
            print(f"| {tier} | {mine * 1e3:.1f} | {other * 1e3:.1f} | {other / mine:.1f} | {len(found)} |", flush=True)
        jena.close()
    print()


def plain_pyshacl(data: bytes, requirements: Sequence[Requirement]) -> Callable[[], object]:
    """Return pyshacl on the same bytes with the file that ``zhiyin shapes --tier 4`` gives.

    The data gets the zy:Assessment node that the shapes need, and its dates are left as they are.
    """
    import pyshacl
    from rdflib import Graph

    shapes = Graph().parse(data=shapes_turtle(4, requirements, rules().shapes), format="turtle")
    assessment = assessment_triples(CHECK_DATE, 4)

    def run() -> object:
        graph = Graph().parse(data=data, format="turtle")
        graph.parse(data=assessment, format="nt")
        return pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)

    return run


def a_folder(count: int) -> None:
    """Print how fast a folder of ``count`` companies is judged with one job and with two, start-up excluded."""
    text = resources.path(SAMPLE).read_text(encoding="utf-8")
    print(f"{count:,} companies in a folder, from the first row on\n")
    print("| jobs | companies a second | times one job |\n|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for index in range(count):
            path = Path(folder) / f"{index:05d}.ttl"
            path.write_text(text.replace("futures/tier-4-complete", f"futures/company-{index}"), encoding="utf-8")
            paths.append(path)
        rates: dict[int, float] = {}
        for jobs in (1, 2):
            rates[jobs] = rate(judge_files(paths, Asked(CHECK_DATE), jobs=jobs), 8)
            print(f"| {jobs} | {rates[jobs]:.1f} | {rates[jobs] / rates[1]:.2f} |")
    print()


def rate(rows: Iterator[list[Row]], warm: int) -> float:
    """Return files a second after the first ``warm``: the processes have started and read the shapes by then."""
    for _ in range(warm):
        next(rows)
    started, count = time.perf_counter(), 0
    for part in rows:
        count += 1
        if any(row.error for row in part):
            raise RuntimeError("a sample was refused")
    return count / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
