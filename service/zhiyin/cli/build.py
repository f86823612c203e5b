"""``zhiyin build``: parse the guideline, reason, and keep the built graph; write the generated Turtle on demand."""

from __future__ import annotations

import json
from pathlib import Path

import click

from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say
from zhiyin.errors import Message


@click.command(
    cls=BilingualCommand,
    help=say(
        "解析指引文本，读取本体，按 OWL 2 RL 推理，并把建成的图谱存入缓存。",
        "Parse the guideline's text, read the ontology, reason by OWL 2 RL and keep the built graph in the cache.",
    ),
)
@click.option(
    "--write-generated",
    is_flag=True,
    help=say(
        "只重写 ontology/generated/ 下的 Turtle，不推理。",
        "Only rewrite the Turtle in ontology/generated/; no reasoning.",
    ),
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("另存一份 N-Quads。", "Also write the N-Quads to this file."),
)
@click.option(
    "--ontology",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say(
        "只把本体合成一个 Turtle 文件，名称各不相同，供 Protégé、ROBOT 等使用。",
        "Only write the ontology as one Turtle file, every label its own, for Protégé, ROBOT and the like.",
    ),
)
@click.option("--force", is_flag=True, help=say("即使缓存可用也重建。", "Build even where the cache would do."))
@click.option("--json", "as_json", is_flag=True, help=say("以 JSON 输出结果。", "Print the result as JSON."))
def command(write_generated: bool, output: Path | None, ontology: Path | None, force: bool, as_json: bool) -> None:
    """Run the command."""
    from zhiyin import composition
    from zhiyin.composition.blank_forms import make_all
    from zhiyin.composition.judging import rules

    if write_generated:
        written = composition.write_generated()
        report: dict[str, object] = {"written": written}
        lines = [say(f"已写 {name}", f"wrote {name}") for name in written] or [say("没有变化", "nothing changed")]
    elif ontology is not None:
        ontology.write_text(composition.released_ontology(), encoding="utf-8")
        report, lines = {"written": [str(ontology)]}, [say(f"已写 {ontology}", f"wrote {ontology}")]
    else:
        path = composition.build_graph(_show) if force else composition.find_graph() or composition.build_graph(_show)
        built = composition.open_graph(path)
        make_all(rules())
        if output is not None:
            output.write_bytes(path.read_bytes())
        report = {
            "path": str(output or path),
            "sha256": built.sha256,
            "asserted": built.asserted,
            "inferred": built.inferred,
            "clauses": len(built.catalogue.clauses),
            "concepts": len(built.catalogue.concepts),
        }
        lines = [
            say(
                f"图谱已建成：断言 {built.asserted} 条，推出 {built.inferred} 条，"
                f"条款 {len(built.catalogue.clauses)} 条，概念 {len(built.catalogue.concepts)} 个",
                f"the graph is built: {built.asserted} triples asserted, {built.inferred} inferred, "
                f"{len(built.catalogue.clauses)} clauses, {len(built.catalogue.concepts)} concepts",
            ),
            f"{output or path}",
            f"SHA-256 {built.sha256}",
        ]
    click.echo(json.dumps(report, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))


def _show(message: Message) -> None:
    click.echo(say(message.zh, message.en), err=True)
