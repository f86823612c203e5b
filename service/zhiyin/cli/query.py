"""``zhiyin query``: list the question library, tell what a question wants, run it and print its answer in any format."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiyin.cli.editions import edition_option
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import language, say

if TYPE_CHECKING:
    from zhiyin.composition import BuiltGraph
    from zhiyin.composition.editions import EditionFiles
    from zhiyin.questions import Question

FORMATS = ("table", "csv", "json", "xml", "tsv", "xlsx", "ttl")
_BINARY = ("xlsx",)


class _QueryCommand(BilingualCommand):
    """Leaves ``--help`` after a question's name to the question."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep ``--help`` for the command itself only where no question is named."""
        if args and not args[0].startswith("-") and ("--help" in args or "-h" in args):
            args = [argument for argument in args if argument not in ("--help", "-h")]
            ctx.meta["zhiyin.explain"] = True
        return super().parse_args(ctx, args)


@click.command(
    cls=_QueryCommand,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    help=say(
        "运行问题库中的问题 NAME；不给 NAME 则列出全部问题。问题的参数写成 --参数 值，如 "
        "zhiyin query tier_additions --tier 3；zhiyin query NAME --help 说明它的参数。",
        "Run the question NAME of the library; without NAME list them all. Parameters are written --parameter value, as in "
        "zhiyin query tier_additions --tier 3; zhiyin query NAME --help tells them.",
    ),
)
@click.argument("name", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help=say("输出格式。", "Output format."),
)
@click.option("--json", "as_json", is_flag=True, help=say("同 --format json。", "The same as --format json."))
@click.option("--sparql", is_flag=True, help=say("只打印要运行的 SPARQL。", "Only print the SPARQL to be run."))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("写入文件；xlsx 必须给出。", "Write to this file; xlsx needs it."),
)
@edition_option
@click.pass_context
def command(
    ctx: click.Context,
    name: str | None,
    form: str,
    as_json: bool,
    sparql: bool,
    output: Path | None,
    edition: EditionFiles,
) -> None:
    """Run the command."""
    from zhiyin import composition

    form = "json" if as_json else form
    if name is None:
        _list(as_json=form == "json")
        return
    values = _parameters(ctx.args)
    if ctx.meta.get("zhiyin.explain"):
        question = composition.question_library().get(name)
        if question is not None:
            _explain(question)
            return
    if name not in composition.question_library():
        # Say so before the graph is loaded.
        names = "、".join(composition.question_library())
        raise click.UsageError(say(f"问题库里没有“{name}”；有：{names}", f"no question '{name}'; there are: {names}"))
    graph = composition.load_graph(lambda message: click.echo(say(message.zh, message.en), err=True), edition)
    question, query = composition.question_query(graph.catalogue, name, values, graph.names)
    if form in _BINARY and output is None and not sparql:
        raise click.UsageError(say("xlsx 需要 --output 文件名", "xlsx needs --output FILE"))
    for parameter in question.parameters:
        if parameter.name not in values and parameter.default:
            taken = f"--{parameter.name} {parameter.default}"
            click.echo(say(f"未给出 --{parameter.name}，按默认 {taken}", f"taking {taken}, the default"), err=True)
    if sparql:
        click.echo(query)
        return
    data = _answer(graph, question, query, form)
    if data is None:
        return
    if output is not None:
        output.write_bytes(data)
        click.echo(say(f"已写 {output}", f"wrote {output}"), err=True)
    else:
        click.echo(data, nl=False)


def _answer(graph: BuiltGraph, question: Question, query: str, form: str) -> bytes | None:
    """Return the answer in ``form``, or print it and return nothing where it is a table for the terminal."""
    from zhiyin import composition
    from zhiyin.questions.answer import read_answer, write_turtle
    from zhiyin.sparql.xlsx import write_workbook

    if question.is_graph:
        return composition.ask(graph, query, "ttl" if form in ("table", "xlsx", "csv", "tsv") else form)
    if form in ("csv", "json", "xml", "tsv"):
        return composition.ask(graph, query, form)
    answer = read_answer(composition.ask(graph, query))
    if form == "ttl":
        return write_turtle(answer).encode("utf-8")
    headings = [question.column(variable, language()) for variable in answer.variables]
    if form == "xlsx":
        stream = io.BytesIO()
        write_workbook(stream, headings, answer.cells())
        return stream.getvalue()
    from zhiyin.cli.table import print_table

    print_table(headings, answer.cells(), question.title.in_language(language()))
    rows = len(answer.rows)
    click.echo(say(f"{rows} 行", f"{rows} rows"), err=True)
    return None


def _parameters(arguments: list[str]) -> dict[str, str]:
    """Read ``--name value`` and ``--name=value`` pairs."""
    values: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("--"):
            raise click.UsageError(say(f"多余的参数“{argument}”", f"unexpected argument '{argument}'"))
        name, equals, value = argument[2:].partition("=")
        if not equals:
            following = next(rest, None)
            if following is None:
                raise click.UsageError(say(f"参数 --{name} 缺少值", f"--{name} needs a value"))
            value = following
        values[name.replace("-", "_")] = value
    return values


def _list(*, as_json: bool) -> None:
    from zhiyin import composition
    from zhiyin.cli.table import print_table

    questions = composition.question_library().values()
    if as_json:
        click.echo(json.dumps([question.as_json() for question in questions], ensure_ascii=False, indent=2))
        return
    rows = [
        (question.name, question.title.in_language(language()), " ".join(f"--{p.name}" for p in question.parameters))
        for question in questions
    ]
    print_table((say("名称", "name"), say("问题", "question"), say("参数", "parameters")), rows)


def _explain(question: Question) -> None:
    from zhiyin.cli.table import print_table

    click.echo(f"{question.name}: {question.title.in_language(language())}")
    click.echo(f"  {question.description.in_language(language())}")
    rows = [
        (
            f"--{parameter.name}",
            parameter.label.in_language(language()),
            str(parameter.kind),
            parameter.default or say("（不限）", "(any)"),
            " ".join(parameter.allowed),
        )
        for parameter in question.parameters
    ]
    if rows:
        print_table(
            (
                say("参数", "parameter"),
                say("含义", "meaning"),
                say("类型", "type"),
                say("默认", "default"),
                say("可用值", "allowed"),
            ),
            rows,
        )
    example = " ".join(f"--{name} {value}" for name, value in question.example.items())
    click.echo(say("例：", "Example: ") + f"zhiyin query {question.name} {example}".rstrip())
