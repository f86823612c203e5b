"""The command line: one module a command, imported only when it is called, so that ``--help`` answers at once."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from zhiyin import __version__
from zhiyin.cli.console import PIPE_CLOSED, UNWRITABLE, no_room, prepare_consoles
from zhiyin.cli.group import LazyGroup, ReaderLeft, Registered
from zhiyin.cli.language import explain, say
from zhiyin.errors import InternalError, ZhiyinError

COMMANDS = {
    "build": Registered(
        "zhiyin.cli.build", "解析指引、推理并建成图谱", "parse the guideline, reason and build the graph"
    ),
    "serve": Registered("zhiyin.cli.serve", "启动服务", "start the service"),
    "query": Registered("zhiyin.cli.query", "运行问题库中的一个问题", "run a question of the library"),
    "ask": Registered("zhiyin.cli.ask", "用中文提问", "ask in Chinese"),
    "search": Registered("zhiyin.cli.search", "检索条款", "search the clauses"),
    "diff": Registered("zhiyin.cli.diff", "比较两个类别的要求", "compare the demands of two tiers"),
    "clause": Registered("zhiyin.cli.clause", "查看一条条款", "show a clause with all that hangs on it"),
    "cite-check": Registered(
        "zhiyin.cli.cite_check", "核验文中对指引的引用", "check what a text says of the guideline"
    ),
    "validate": Registered("zhiyin.cli.validate", "验证公司的自述", "validate companies' self-descriptions"),
    "facts": Registered("zhiyin.cli.facts", "写出形状所见的事实", "write a company's facts as the shapes see them"),
    "template": Registered("zhiyin.cli.template", "写出要填的自述表", "write the form to fill in"),
    "shapes": Registered("zhiyin.cli.shapes", "写出一类的 SHACL 形状", "write the SHACL shapes of a tier"),
    "desk": Registered("zhiyin.cli.desk", "管理监管台", "run the desk of a regulator"),
    "verify": Registered("zhiyin.cli.verify", "核对封存的结论", "check a sealed verdict"),
    "doctor": Registered("zhiyin.cli.doctor", "检查本机能否运行", "check whether the service can run here"),
    "revise": Registered(
        "zhiyin.cli.revise",
        "把指引的新文本与现行文本逐条对照",
        "compare a new text of the guideline with the shipped one",
    ),
    "mcp": Registered("zhiyin.cli.mcp", "供模型的客户端使用（MCP）", "serve a model's client (MCP)"),
    "publish": Registered("zhiyin.cli.publish", "把图谱装入远端存储", "load the graph into a remote store"),
}
"""Every command by name: a new one needs a module with a ``command`` and a row here."""

BAD_INPUT = 2
INTERRUPTED = 130
INTERNAL_FAULT = 70
"""As sysexits.h names an internal software error; 1 means that a tier is not met."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@click.group(cls=LazyGroup, registered=COMMANDS, invoke_without_command=False)
@click.version_option(__version__, prog_name="zhiyin", help=say("显示版本并退出。", "Show the version and exit."))
def cli() -> None:
    """Define the root of all commands; its help is set below, by language."""


cli.help = say(
    "期货公司信息技术管理指引的知识图谱：建成、查询、比较与校验。",
    "A knowledge graph of the guideline on futures companies' IT: build, ask, compare and validate.",
)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an error of the user's input is told in one line, with exit code 2.

    A fault of ours exits 70, a reader that left 141: neither is a verdict.
    """
    prepare_consoles()
    sys.exit(exit_code(lambda: cli.main(args=arguments, prog_name="zhiyin", standalone_mode=False)))


def exit_code(run: Callable[[], object]) -> int:
    """Return the exit code of what ``run`` does, having told its error in one sentence."""
    try:
        code = run()
        sys.stdout.flush()
    except click.ClickException as fault:
        click.echo(explain(fault), err=True)
        return BAD_INPUT
    except (click.exceptions.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except ZhiyinError as fault:
        if isinstance(fault, InternalError):
            return _internal(fault)
        where = str(fault.place)
        prefix = f"{where}: " if where else ""
        click.echo(prefix + say(fault.message.zh, fault.message.en), err=True)
        return BAD_INPUT
    except (BrokenPipeError, ReaderLeft):
        # The reader, such as head, has seen enough.
        os._exit(PIPE_CLOSED)
    except OSError as fault:
        if fault.errno in _NO_ROOM:
            click.echo(no_room(fault), err=True)
            return UNWRITABLE
        if fault.filename is None:
            return _internal(fault)
        click.echo(say(f"{fault.filename}：{fault.strerror}", f"{fault.filename}: {fault.strerror}"), err=True)
        return BAD_INPUT
    except Exception as fault:
        return _internal(fault)
    return code if isinstance(code, int) else 0


def _internal(fault: Exception) -> int:
    """Tell a fault of ours by kind and place, as a report to us needs it; return the exit code."""
    import traceback

    frames = traceback.extract_tb(fault.__traceback__)[-8:]
    click.echo(
        say(
            f"zhiyin 内部出错（{type(fault).__name__}）。这不是结论；报告时请附上以下几行：",
            f"zhiyin failed within ({type(fault).__name__}). This is no verdict; a report should hold these lines:",
        ),
        err=True,
    )
    for frame in frames:
        click.echo(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}", err=True)
    return INTERNAL_FAULT
