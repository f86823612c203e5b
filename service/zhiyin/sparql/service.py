"""The SPARQL service as Python sees it: query text in, answers out, with the cache, the limits and the search in it."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b

from zhiyin import __version__
from zhiyin.errors import BadQuery, BadRequest, TooLarge, Unavailable, ZhiyinError
from zhiyin.settings import Settings
from zhiyin.sparql import media
from zhiyin.sparql.cache import ResultCache
from zhiyin.sparql.hint import Hint
from zhiyin.sparql.hints import LONGEST, hints_for
from zhiyin.sparql.job import Answer, Cut, Engine, Job, StoreState
from zhiyin.sparql.media import Format, Kind
from zhiyin.sparql.scan import Outline, outline, unescape
from zhiyin.sparql.searching import SearchFunction, rewrite
from zhiyin.sparql.spelling import escape_dots
from zhiyin.sparql.terms import Table, parse_boolean, parse_table
from zhiyin.sparql.terms_in_use import TermsInUse, read_terms

PAGE_ROWS = 5000
"""Most rows of an answer shown as a page."""


_REMEMBERED = 8192
_PLANS = 512
_FRESH = 300.0
_HINT_SECONDS = 2.0
_HINTS_KEPT = 1 << 20


@dataclass(frozen=True, slots=True)
class Example:
    """A query of the library as the service description shows it."""

    name: str
    title_zh: str
    title_en: str
    query: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A query with the dataset of the protocol; ``timeout`` may only shorten the limit of the settings.

    ``base`` is the address of the endpoint, where the text has a relative IRI.
    """

    text: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    timeout: float | None = None
    base: str | None = None


@dataclass(frozen=True)
class Plan:
    """A request looked over and a format chosen: what can be told before the query runs.

    ``etag`` is ``None`` where two runs may differ although the store does not.
    """

    request: Request
    outline: Outline
    format: Format
    etag: str | None
    _make_job: Callable[[Plan], Job] = field(repr=False, compare=False)

    @cached_property
    def job(self) -> Job:
        """What the engine gets: made when it is first wanted, since reading a query again costs more than many a query."""
        return self._make_job(self)


class SparqlService:
    """Runs queries on an engine; safe to call from several threads."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        *,
        search: SearchFunction | None = None,
        examples: Callable[[], Sequence[Example]] = tuple,
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.search = search
        self.examples = examples
        self.dataset: tuple[str, ...] | None = None
        self.cache: ResultCache[Answer] = ResultCache(settings.result_cache // 2)
        self._switched: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._plans: dict[tuple[Request, str | None, str | None, str | None], Plan] = {}
        self._under_way: dict[tuple[str, str], threading.Event] = {}
        self._terms: tuple[str | None, float, TermsInUse] | None = None
        self._terms_lock = threading.Lock()
        self._hints: ResultCache[tuple[Hint, ...]] = ResultCache(_HINTS_KEPT)

    def over(self, graphs: Sequence[str]) -> SparqlService:
        """Return this service as seen by who asks of ``graphs`` alone: what names no dataset is answered from them."""
        view = copy.copy(self)
        view.dataset = tuple(graphs)
        return view

    def on_switch(self, call: Callable[[], None]) -> None:
        """Have ``call`` run whenever the store's data were replaced."""
        self._switched.append(call)

    def switched(self) -> None:
        """Forget what was computed from the data before, and have others follow.

        Until the search has followed too, a query may hold rows of the search before: hence the second time.
        """
        self._forget()
        for call in self._switched:
            call()
        self._forget()

    def _forget(self) -> None:
        self.cache.clear()
        self._plans.clear()
        self._hints.clear()

    def state(self) -> StoreState:
        """Return whether the store can answer, and what it holds."""
        return self.engine.state()

    def check_ready(self) -> None:
        """Raise Unavailable where the store cannot answer now."""
        state = self.engine.state()
        if not state.ready:
            raise Unavailable(
                f"SPARQL 存储不可用{'：' + state.detail if state.detail else ''}",
                f"the SPARQL store is not available{': ' + state.detail if state.detail else ''}",
                details={"retryAfter": 2},
            )

    def plan(self, request: Request, accept: str | None = None, name: str | None = None) -> Plan:
        """Look a request over and choose its format; raises BadQuery, TooLarge, NotAcceptable, BadParameter."""
        key = (request, accept, name, self.engine.generation)
        known = self._plans.get(key)
        if known is None:
            known = self._make_plan(request, accept, name)
            if len(request.text) <= _REMEMBERED:
                if len(self._plans) >= _PLANS:
                    self._plans.clear()
                self._plans[key] = known
        return known

    def _make_plan(self, request: Request, accept: str | None, name: str | None) -> Plan:
        text = request.text
        size = len(text) if text.isascii() else len(text.encode())
        if size > self.settings.max_query_bytes:
            raise TooLarge(
                f"查询文本有 {size} 字节，上限为 {self.settings.max_query_bytes}",
                f"the query text has {size} bytes, the limit is {self.settings.max_query_bytes}",
            )
        seen = outline(text, self.settings.max_nesting)
        if "\\u" in text or "\\U" in text:
            # Some engines read escapes before keywords: what they would see is looked over too.
            self._check_services(outline(unescape(text), self.settings.max_nesting))
        if seen.services:
            self._check_services(seen)
        form = media.choose(seen.kind, accept, name)
        return Plan(request, seen, form, self._etag(request, form) if seen.repeatable else None, self._make_job)

    def run(self, plan: Plan) -> Answer:
        """Return the answer of ``plan``, from the cache where it is there."""
        if plan.etag is None or not self.cache.limit:
            return self._compute(plan)
        key = (plan.etag, plan.format.name)
        kept = self.cache.get(key)
        if kept is not None:
            return kept
        with self._lock:
            other = self._under_way.get(key)
            if other is None:
                mine = self._under_way[key] = threading.Event()
        if other is not None:
            # The same query is being computed: its answer will do, unless it fails or is too large to keep.
            other.wait(self.settings.query_timeout + self.settings.queue_timeout)
            return self.cache.get(key) or self._compute(plan)
        try:
            answer = self._compute(plan)
            if answer.body is not None:
                self.cache.put(key, answer, len(answer.body) + 512)
            return answer
        finally:
            with self._lock:
                del self._under_way[key]
            mine.set()

    def _compute(self, plan: Plan) -> Answer:
        try:
            return self.engine.run(plan.job)
        except BadQuery:
            if plan.job.text == plan.request.text:
                raise
            # The place told must be one of the text as it was sent: to a parser the search is a property like others.
            return self.engine.run(replace(plan.job, text=plan.request.text))

    def _make_job(self, plan: Plan) -> Job:
        settings, request = self.settings, plan.request
        timeout = settings.query_timeout
        if request.timeout is not None:
            timeout = min(timeout, request.timeout)
        return Job(
            escape_dots(rewrite(request.text, self.search)),
            plan.outline,
            computed_as(plan),
            timeout,
            min(settings.max_rows, PAGE_ROWS) if plan.format is media.HTML else settings.max_rows,
            settings.max_bytes,
            request.default_graphs,
            request.named_graphs,
            request.base,
        )

    def answer(
        self, text: str, *, accept: str | None = None, format_name: str | None = None, timeout: float | None = None
    ) -> Answer:
        """Return the answer of a query in the format that ``format_name`` or ``accept`` asks for."""
        return self.run(self.plan(self._request(text, timeout), accept, format_name))

    def _request(self, text: str, timeout: float | None) -> Request:
        return Request(text, self.dataset, self.dataset, timeout=timeout)

    def select(self, text: str, *, timeout: float | None = None) -> Table:
        """Return the rows of a SELECT; raises BadQuery for another form."""
        plan = self.plan(self._request(text, timeout), None, "json")
        if plan.outline.kind is not Kind.TABLE:
            raise BadQuery("这里需要 SELECT 查询", "a SELECT query is wanted here")
        answer = self.run(plan)
        return parse_table(answer.read(), cut=answer.cut is not Cut.NOT)

    def ask(self, text: str, *, timeout: float | None = None) -> bool:
        """Return what an ASK answers; raises BadQuery for another form."""
        plan = self.plan(self._request(text, timeout), None, "json")
        if plan.outline.kind is not Kind.BOOLEAN:
            raise BadQuery("这里需要 ASK 查询", "an ASK query is wanted here")
        return parse_boolean(self.run(plan).read())

    def construct(self, text: str, *, format_name: str = "turtle", timeout: float | None = None) -> bytes:
        """Return the triples of a CONSTRUCT or DESCRIBE in ``format_name``; raises BadQuery for another form."""
        plan = self.plan(self._request(text, timeout), None, format_name)
        if plan.outline.kind is not Kind.GRAPH:
            raise BadQuery("这里需要 CONSTRUCT 或 DESCRIBE 查询", "a CONSTRUCT or DESCRIBE query is wanted here")
        return self.run(plan).read()

    def hints(self, request: Request) -> tuple[Hint, ...]:
        """Return why a query that found nothing may have found nothing; nothing where the store does not tell."""
        if len(request.text) > LONGEST:
            return ()
        # To find them costs the store a dozen questions, far more than an empty answer.
        generation = self.engine.generation
        known = None if generation is None else self._hints.get((generation, request))
        if known is not None:
            return known
        try:
            told = hints_for(request.text, request.base or "", self._terms_in_use(), self._ask_briefly)
        except ZhiyinError:
            return ()
        if generation is not None and told.whole:
            self._hints.put((generation, request), told.hints, len(request.text) * (len(told.hints) + 1) + 1000)
        return told.hints

    def _ask_briefly(self, text: str) -> Table:
        return self.select(text, timeout=_HINT_SECONDS)

    def _terms_in_use(self) -> TermsInUse:
        """Return what the graph speaks of: asked by one for all, once for each state of the data."""
        with self._terms_lock:
            generation, now = self.engine.generation, time.monotonic()
            known = self._terms
            if known is None or known[0] != generation or (generation is None and now - known[1] > _FRESH):
                known = self._terms = (generation, now, read_terms(self.select))
            return known[2]

    def close(self) -> None:
        """Let go of the engine."""
        self.engine.close()

    def _check_services(self, seen: Outline) -> None:
        allowed = self.settings.service_endpoints
        for endpoint in seen.services:
            if endpoint not in allowed:
                shown = endpoint or "?"
                raise BadRequest(
                    f"不允许 SERVICE 访问 {shown}；允许的端点：{'、'.join(allowed) or '无'}",
                    f"SERVICE may not reach {shown}; allowed endpoints: {', '.join(allowed) or 'none'}",
                    details={"endpoint": shown, "allowed": list(allowed)},
                )

    def _etag(self, request: Request, form: Format) -> str | None:
        generation = self.engine.generation
        if generation is None:
            return None
        digest = blake2b(digest_size=16)
        for part in (
            generation,
            __version__,
            form.name,
            request.text,
            *(() if request.default_graphs is None else ("d", *request.default_graphs)),
            *(() if request.named_graphs is None else ("n", *request.named_graphs)),
            *(() if request.base is None else ("b", request.base)),
        ):
            digest.update(part.encode("utf-8", "surrogatepass"))
            digest.update(b"\0")
        return digest.hexdigest()


def computed_as(plan: Plan) -> Format:
    """Return the format that the engine writes: a page is made from JSON or Turtle."""
    if plan.format is not media.HTML:
        return plan.format
    return media.TURTLE if plan.outline.kind is Kind.GRAPH else media.JSON
