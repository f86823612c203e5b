"""Chooses the language of help and messages from the locale: Chinese unless the locale names another language."""

from __future__ import annotations

import os
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
        zh = f"缺少参数 {fault.param.human_readable_name}"
    elif isinstance(fault, click.BadParameter) and fault.param is not None:
        zh = f"参数 {fault.param.human_readable_name} 有误：{fault.message}"
    return say(f"错误：{zh}", f"Error: {fault.format_message()}")
