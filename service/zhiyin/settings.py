"""Every setting of the service, read once from the environment into one frozen dataclass, each with its explanation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, TypeVar

from zhiyin.errors import BadParameter, Message

T = TypeVar("T")


def _setting(variable: str, default: T, zh: str, en: str, *, low: float | None = None, secret: bool = False) -> T:
    return field(default=default, metadata={"variable": variable, "doc": Message(zh, en), "low": low, "secret": secret})


@dataclass(frozen=True, slots=True)
class Explanation:
    """One row of the table of settings: the environment variable, its default as text, and what it does."""

    variable: str
    default: str
    doc: Message


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator may choose; times are in seconds, sizes in bytes unless the text says otherwise."""

    host: str = _setting(
        "ZHIYIN_HOST", "127.0.0.1", "监听地址；默认只听本机", "Address to listen on; loopback by default"
    )
    port: int = _setting("ZHIYIN_PORT", 8000, "监听端口", "Port to listen on", low=0)
    base_url: str = _setting(
        "ZHIYIN_BASE_URL",
        "",
        "对外的根地址，写进服务描述；空则取自请求",
        "Public root address for the service description; taken from the request when empty",
    )
    processes: int = _setting(
        "ZHIYIN_PROCESSES",
        0,
        "接收 HTTP 请求的进程数；0 为处理器核数，至多 4。缓存、排队与限额各进程自有一份",
        "Processes that take HTTP requests; 0 means the number of cores, at most 4. "
        "Each has a cache, a queue and limits of its own",
        low=0,
    )
    threads: int = _setting(
        "ZHIYIN_THREADS",
        64,
        "每个进程的线程数，须大于同时执行与排队的查询之和",
        "Threads of each process; more than the queries that may run and wait",
        low=2,
    )
    shutdown_timeout: int = _setting(
        "ZHIYIN_SHUTDOWN_TIMEOUT",
        30,
        "停机时等待在途请求的时间",
        "How long a shutdown waits for requests under way",
        low=1,
    )

    query_timeout: float = _setting(
        "ZHIYIN_QUERY_TIMEOUT", 10.0, "一条查询的时间上限", "Time limit of one query", low=0.01
    )
    query_workers: int = _setting(
        "ZHIYIN_QUERY_WORKERS",
        0,
        "每个 HTTP 进程同时执行的短查询数；0 为处理器核数",
        "Short queries run at once by each HTTP process; 0 means the number of cores",
        low=0,
    )
    long_queries: int = _setting(
        "ZHIYIN_LONG_QUERIES",
        8,
        "在短查询之外、以低优先级同时执行的长查询数",
        "Long queries run beside the short ones, at low priority",
        low=0,
    )
    patience: float = _setting(
        "ZHIYIN_PATIENCE",
        0.1,
        "一条查询执行多久后算作长查询",
        "How long a query runs before it counts as a long one",
        low=0.001,
    )
    queue: int = _setting(
        "ZHIYIN_QUEUE", 32, "排队等待执行的查询数上限，超过则 429", "Queries that may wait; beyond it 429", low=0
    )
    queue_timeout: float = _setting(
        "ZHIYIN_QUEUE_TIMEOUT", 5.0, "排队的时间上限，超过则 503", "How long a query may wait; beyond it 503", low=0.01
    )
    query_memory: int = _setting(
        "ZHIYIN_QUERY_MEMORY",
        1 << 30,
        "一条查询可在图谱之外占用的内存",
        "Memory that one query may take beyond the graph",
        low=1 << 24,
    )
    max_query_bytes: int = _setting(
        "ZHIYIN_MAX_QUERY_BYTES", 1 << 20, "查询文本的大小上限，超过则 413", "Largest query text; beyond it 413", low=1
    )
    max_nesting: int = _setting(
        "ZHIYIN_MAX_NESTING", 200, "查询中括号嵌套的层数上限", "Deepest nesting of brackets in a query", low=1
    )
    max_rows: int = _setting(
        "ZHIYIN_MAX_ROWS",
        1_000_000,
        "一个结果的行数上限，超过则截断并注明",
        "Most rows of an answer; cut visibly",
        low=1,
    )
    max_bytes: int = _setting(
        "ZHIYIN_MAX_BYTES",
        512 << 20,
        "一个结果的字节数上限，超过则截断并注明",
        "Most bytes of an answer; cut visibly",
        low=1024,
    )
    direct_seconds: float = _setting(
        "ZHIYIN_DIRECT_SECONDS",
        0.05,
        "在子进程中用时不超过此数的查询，再次执行时在本进程内执行；0 为总在子进程",
        "A query that took a worker no longer than this runs in the process itself the next time; 0 means never",
        low=0,
    )
    direct_triples: int = _setting(
        "ZHIYIN_DIRECT_TRIPLES",
        1_000_000,
        "启动时各进程共享已装入的图谱供上一项使用；换图谱之后，不超过此数（三元组）的图谱各进程另存一份",
        "At the start the processes share the loaded graph for that; after a reload each keeps a copy of its own, "
        "of graphs with no more triples than this",
        low=0,
    )
    client_seconds: float = _setting(
        "ZHIYIN_CLIENT_SECONDS",
        30.0,
        "客户端不再发送请求其余部分、或不取走应答多久后断开其连接（每秒不足 500 字节也算）；不短于应答所需时间上限的两倍；0 为不断开",
        "How long a client may neither send the rest of its request nor take its answer (500 bytes a second count as "
        "nothing) until its connection is ended; twice the longest that an answer may take at least; 0 means never",
        low=0,
    )
    client_long: int = _setting(
        "ZHIYIN_CLIENT_LONG",
        4,
        "一个客户端同时执行的长查询数上限，超过则 429",
        "Long queries of one client at once; beyond it 429",
        low=1,
    )
    client_queries: int = _setting(
        "ZHIYIN_CLIENT_QUERIES",
        24,
        "一个客户端同时执行的查询数上限，超过则 429",
        "Queries of one client at once; beyond it 429",
        low=1,
    )
    client_rate: float = _setting(
        "ZHIYIN_CLIENT_RATE",
        10_000.0,
        "一个客户端每秒可新计算的查询数（缓存命中不计）；0 为不限",
        "Queries a second that one client may have computed (cached answers are free); 0 means no limit",
        low=0,
    )
    client_burst: float = _setting(
        "ZHIYIN_CLIENT_BURST", 20_000.0, "速率限制允许的突发数", "Burst that the rate limit allows", low=1
    )
    trusted_proxies: int = _setting(
        "ZHIYIN_TRUSTED_PROXIES",
        0,
        "前置的可信反向代理层数；据此从 X-Forwarded-For 取客户端地址",
        "Trusted reverse proxies in front; tells which X-Forwarded-For entry is the client",
        low=0,
    )
    judge_seconds: float = _setting(
        "ZHIYIN_JUDGE_TIMEOUT",
        10.0,
        "读取并评定一份提交的处理器时间上限，超过则 413；因机器繁忙，四倍于此仍未完成的，503",
        "Processor time of reading and judging one submission; beyond it 413. Where a busy machine has not done it in "
        "four times as long, 503",
        low=0.1,
    )
    judge_memory: int = _setting(
        "ZHIYIN_JUDGE_MEMORY",
        400 << 20,
        "一份提交可在已装入的规则之外占用的内存，超过则 413",
        "Memory that one submission may take beyond the loaded rules; beyond it 413",
        low=1 << 24,
    )
    judge_places: int = _setting(
        "ZHIYIN_JUDGE_PLACES",
        0,
        "每个 HTTP 进程同时处理的提交数；0 为处理器核数，至少 2",
        "Submissions worked on at once by each HTTP process; 0 means the number of cores, 2 at least",
        low=0,
    )
    service_endpoints: tuple[str, ...] = _setting(
        "ZHIYIN_SERVICE_ENDPOINTS",
        (),
        "SERVICE 允许访问的端点，以空格分隔；默认一个也不允许",
        "Endpoints that SERVICE may reach, separated by spaces; none by default",
    )
    cors_origins: tuple[str, ...] = _setting(
        "ZHIYIN_CORS_ORIGINS",
        ("*",),
        "允许跨域访问的来源，以空格分隔",
        "Origins that may read across sites, separated by spaces",
    )

    result_cache: int = _setting(
        "ZHIYIN_RESULT_CACHE",
        64 << 20,
        "每个 HTTP 进程的结果缓存大小；0 为关闭",
        "Result cache of each HTTP process; 0 turns it off",
        low=0,
    )
    compress_from: int = _setting(
        "ZHIYIN_COMPRESS_FROM",
        1024,
        "结果达到多大才压缩；-1 为不压缩",
        "Smallest answer that is compressed; -1 never compresses",
        low=-1,
    )
    stream_from: int = _setting(
        "ZHIYIN_STREAM_FROM",
        1 << 20,
        "结果超过多大改为边算边发",
        "Answers larger than this are sent while they are computed",
        low=4096,
    )

    sparql_endpoint: str = _setting(
        "ZHIYIN_SPARQL_ENDPOINT",
        "",
        "远端 SPARQL 查询地址；设置后不用内嵌存储",
        "Query address of a remote SPARQL store; used instead of the embedded one when set",
    )
    sparql_user: str = _setting("ZHIYIN_SPARQL_USER", "", "远端存储的用户名", "User name at the remote store")
    sparql_password: str = _setting(
        "ZHIYIN_SPARQL_PASSWORD", "", "远端存储的口令", "Password at the remote store", secret=True
    )
    sparql_graphs: tuple[str, ...] = _setting(
        "ZHIYIN_SPARQL_GRAPHS",
        (),
        "未写数据集的查询在远端存储中看到哪些图，以空格分隔；空为本图谱的两个图，default 为存储自己的默认图",
        "Graphs of the remote store that a query without a dataset sees, separated by spaces; "
        "our two graphs when empty, the store's own default graph for the word default",
    )
    load: tuple[str, ...] = _setting(
        "ZHIYIN_LOAD",
        (),
        "随图谱一起装入内嵌存储的 RDF 文件，以路径分隔符分隔",
        "RDF files loaded beside our graph into the embedded store, separated as in PATH",
    )

    desk: str = _setting(
        "ZHIYIN_DESK",
        "",
        "监管台的位置：文件路径（SQLite）或 postgresql:// 地址；空则没有监管台，什么也不留存",
        "Where the desk is: a path (SQLite) or a postgresql:// address; without it there is no desk and nothing is kept",
        secret=True,
    )

    mcp: bool = _setting(
        "ZHIYIN_MCP",
        False,
        "是否在 /mcp 供模型的客户端使用（需要可选的 mcp 组件）",
        "Whether /mcp serves models' clients; needs the optional mcp extra",
    )
    log_level: str = _setting("ZHIYIN_LOG_LEVEL", "info", "日志级别", "Log level")
    access_log: bool = _setting(
        "ZHIYIN_ACCESS_LOG",
        True,
        "每个请求写一行日志（不含查询文本）",
        "One log line for each request, without its query",
    )
    log_queries: bool = _setting(
        "ZHIYIN_LOG_QUERIES", False, "日志中是否写查询文本", "Whether query text is written to the log"
    )

    @property
    def http_processes(self) -> int:
        """Processes that take HTTP requests."""
        return self.processes or min(os.cpu_count() or 1, 4)

    @property
    def workers(self) -> int:
        """Short queries that one HTTP process runs at once."""
        return self.query_workers or os.cpu_count() or 1

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
        """Return the settings that ``environ`` names, then ``overrides``; raises BadParameter for a bad value."""
        source = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for item in fields(cls):
            variable = item.metadata["variable"]
            if source.get(variable, "") != "":
                values[item.name] = _parse(variable, source[variable], item)
        values.update({name: value for name, value in overrides.items() if value is not None})
        return cls(**values)

    def __post_init__(self) -> None:
        """Refuse values below what each setting allows."""
        for item in fields(self):
            low = item.metadata["low"]
            value = getattr(self, item.name)
            if low is not None and value < low:
                variable = item.metadata["variable"]
                raise BadParameter(
                    variable,
                    value,
                    zh=f"设置 {variable} 不得小于 {low}",
                    en=f"setting {variable} must be at least {low}",
                )

    def environment(self) -> dict[str, str]:
        """Return the environment that spells these settings, for a process started with them."""
        spelt: dict[str, str] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if value != _default(item):
                spelt[item.metadata["variable"]] = _spell(item.name, value)
        return spelt

    def __repr__(self) -> str:
        """Show what differs from the defaults; secrets stay hidden."""
        shown = ", ".join(
            f"{item.name}={'…' if item.metadata['secret'] else getattr(self, item.name)!r}"
            for item in fields(self)
            if getattr(self, item.name) != _default(item)
        )
        return f"Settings({shown})"


def explanations() -> list[Explanation]:
    """Return the table of settings in the order of the dataclass."""
    return [
        Explanation(item.metadata["variable"], _spell(item.name, _default(item)), item.metadata["doc"])
        for item in fields(Settings)
    ]


def _default(item: Field[Any]) -> object:
    return item.default


def _separator(name: str) -> str:
    return os.pathsep if name == "load" else " "


def _spell(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return _separator(name).join(value)
    return str(value)


def _parse(variable: str, text: str, item: Field[Any]) -> object:
    default = _default(item)
    try:
        if isinstance(default, bool):
            return {
                "1": True,
                "true": True,
                "yes": True,
                "on": True,
                "0": False,
                "false": False,
                "no": False,
                "off": False,
            }[text.strip().lower()]
        if isinstance(default, int):
            return int(text)
        if isinstance(default, float):
            return float(text)
    except (ValueError, KeyError) as error:
        raise BadParameter(
            variable,
            text,
            zh=f"设置 {variable} 的值“{text}”无效",
            en=f"setting {variable} has an invalid value '{text}'",
        ) from error
    if isinstance(default, tuple):
        return tuple(part for part in text.split(_separator(item.name)) if part)
    return text
