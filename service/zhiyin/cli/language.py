"""Chooses the language of help and messages from the locale: Chinese unless the locale names another language."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Final

import click

_WORDS: Final = (
    ("Usage:", "用法："),
    ("Options:", "选项："),
    ("Commands:", "命令："),
    ("Show this message and exit.", "显示本帮助并退出。"),
    ("[default: ", "[默认："),
    ("[required]", "[必填]"),
    ("COMMAND [ARGS]...", "命令 [参数]..."),
    ("[OPTIONS]", "[选项]"),
)


@cache
def language() -> str:
    """Return ``zh`` or ``en``: ``ZHIYIN_LANG`` first, then the locale's variables; Chinese where none of them says."""
    for variable in ("ZHIYIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        name = value.partition(".")[0].lower()
        if name and name not in ("c", "posix"):
            return "zh" if name.startswith("zh") else "en"
    return "zh"


def say(zh: str, en: str) -> str:
    """Return the text in the user's language."""
    return zh if language() == "zh" else en


def translate_help(text: str) -> str:
    """Return click's own words in ``text`` in the user's language."""
    if language() == "zh":
        for english, chinese in _WORDS:
            text = text.replace(english, chinese)
    return text


def explain(fault: click.ClickException) -> str:
    """Return one line that tells a usage error, in the user's language where click gives its parts."""
    zh = fault.format_message()
    if isinstance(fault, click.NoSuchOption):
        zh = f"没有选项 {fault.option_name}" + (
            f"；是否想用 {'、'.join(fault.possibilities)}" if fault.possibilities else ""
        )
    elif isinstance(fault, click.MissingParameter) and fault.param is not None:
        zh = f"缺少参数 {_name(fault.param)}"
    elif isinstance(fault, click.BadParameter) and fault.param is not None:
        zh = f"参数 {_name(fault.param)} 有误：{_in_chinese(fault.message)}"
    else:
        extra = re.fullmatch(r"Got unexpected extra arguments? \((.+)\)", zh)
        zh = f"多余的参数：{extra[1]}" if extra else zh
    return say(f"错误：{zh}", f"Error: {fault.format_message()}")


_CLICK_SAYS: Final = (
    (r"(.+) is not in the range (.+?)<=x<=(.+?)\.", r"\1 不在范围内，应为 \2 至 \3"),
    (r"(.+) is not in the range x>=(.+?)\.", r"\1 不在范围内，应不小于 \2"),
    (r"(.+) is not in the range x<=(.+?)\.", r"\1 不在范围内，应不大于 \2"),
    (r"(.+) is not in the range x>(.+?)\.", r"\1 不在范围内，应大于 \2"),
    (r"(.+) is not in the range x<(.+?)\.", r"\1 不在范围内，应小于 \2"),
    (r"(.+) is not a valid integer(?: range)?\.", r"\1 不是整数"),
    (r"(.+) is not a valid (?:float|number)(?: range)?\.", r"\1 不是数字"),
    (r"(.+) is not a valid boolean.*", r"\1 不是是或否"),
    (r"(.+) is not one of (.+)\.", r"\1 不在可选的值中：\2"),
    (r"(?:File|Path|Directory) (.+) does not exist\.", r"\1 不存在"),
    (r"Directory (.+) is a file\.", r"\1 是文件，这里要文件夹"),
    (r"File (.+) is a directory\.", r"\1 是文件夹，这里要文件"),
    (r"(?:File|Path|Directory) (.+) is not readable\.", r"\1 不可读"),
    (r"(?:File|Path|Directory) (.+) is not writable\.", r"\1 不可写"),
)
"""What click says of a bad value, and the same in Chinese."""


def _in_chinese(message: str) -> str:
    for pattern, chinese in _CLICK_SAYS:
        found = re.fullmatch(pattern, message)
        if found:
            return found.expand(chinese)
    return message


def _name(param: click.Parameter) -> str:
    """Return an option as one types it, an argument by its name."""
    return param.opts[0] if isinstance(param, click.Option) else param.human_readable_name
