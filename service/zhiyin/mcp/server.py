"""Makes the protocol's server out of our tools and resources, on the official package."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from zhiyin import __version__
from zhiyin.composition.editions import editions, name_of
from zhiyin.errors import BadParameter, Unavailable, ZhiyinError
from zhiyin.mcp.resources import CONTENTS, TEMPLATES, read_resource
from zhiyin.mcp.tools import EDITION, tools_of

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

    from zhiyin.model import Edition
    from zhiyin.services import Services

_LOG = logging.getLogger("zhiyin.mcp")
_THREADS = 8
INSTRUCTIONS = (
    "《期货公司信息技术管理指引》的确切问答。先用 ask；给出答案前用 cite_check 核对。条款原文为中文，以条款号引用。"
    "Exact answers about the guideline on the IT of China's futures companies: ask first, cite clause numbers, and run "
    "cite_check on your answer."
)


def missing_package() -> Unavailable:
    """Return the error that says how to install what MCP needs."""
    return Unavailable(
        "MCP 需要可选的组件：pip install 'zhiyin[mcp]'",
        "MCP needs the optional extra: pip install 'zhiyin[mcp]'",
    )


def make_server(services: Callable[[], Services]) -> Server[Any]:
    """Return the server over whatever ``services`` gives at each call; Unavailable where the package is missing."""
    try:
        import anyio
        import mcp_types as types
        from mcp.server.lowlevel import Server
        from mcp.shared.exceptions import MCPError
    except ImportError as error:
        raise missing_package() from error

    limiter: list[anyio.CapacityLimiter] = []

    async def in_thread(work: Callable[[], str]) -> str:
        if not limiter:
            limiter.append(anyio.CapacityLimiter(_THREADS))
        return await anyio.to_thread.run_sync(work, limiter=limiter[0])

    def tool_text(name: str, arguments: dict[str, Any]) -> str:
        opened = services()
        tools = tools_of([other.graph.edition for other in opened.others.values()])
        tool = tools.get(name)
        if tool is None:
            raise BadParameter("name", name[:80], list(tools), zh=f"没有工具 {name[:80]}", en=f"no tool {name[:80]}")
        checked = dict(tool.checked(arguments))
        asked = _of(opened, checked.pop(EDITION, ""))
        for taken in ("tier", "from", "to"):
            if tool.of_one_text and taken in checked and checked[taken] not in asked.catalogue.tiers:
                raise BadParameter(taken, checked[taken], list(map(str, asked.catalogue.tiers)))
        return tool.answer(asked, checked)

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:  # noqa: ANN401
        return types.ListToolsResult(
            tools=[
                types.Tool(name=tool.name, description=tool.description, input_schema=tool.schema)
                for tool in tools_of(_others()).values()
            ]
        )

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:  # noqa: ANN401
        try:
            text, failed = await in_thread(lambda: tool_text(params.name, params.arguments or {})), False
        except ZhiyinError as error:
            text, failed = told(error), True
        except Exception as error:
            _LOG.error("the tool %s failed: %s", params.name, type(error).__name__)
            text, failed = "服务内部出错，请稍后再试 / an internal error occurred; try again later", True
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=failed)

    async def list_resources(_: Any, __: Any) -> types.ListResourcesResult:  # noqa: ANN401
        return types.ListResourcesResult(
            resources=[
                types.Resource(uri=CONTENTS, name="contents", description="目录 · contents", mime_type="text/plain")
            ]
        )

    async def list_templates(_: Any, __: Any) -> types.ListResourceTemplatesResult:  # noqa: ANN401
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(
                    uri_template=t.uri, name=t.name, description=t.description, mime_type="text/plain"
                )
                for t in TEMPLATES
            ]
        )

    async def read(_: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:  # noqa: ANN401
        uri = str(params.uri)
        try:
            text = await in_thread(lambda: _resource(services(), uri))
        except ZhiyinError as error:
            raise MCPError(code=types.INVALID_PARAMS, message=told(error), data={"uri": uri[:200]}) from error
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=uri, text=text, mime_type="text/plain")]
        )

    return Server(
        "zhiyin",
        version=__version__,
        title="指引图谱 · zhiyin",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read,
    )


def _others() -> list[Edition]:
    """Return the editions beside the shipped one; read from their descriptions, with no graph opened."""
    return [files.edition for files in editions().values() if name_of(files.edition)]


def _of(services: Services, edition: str) -> Services:
    """Return the services of the edition called so, the shipped one where that is empty."""
    if edition and edition not in services.others:
        raise BadParameter(EDITION, edition[:40], list(services.others))
    return services.others[edition] if edition else services


def _resource(services: Services, uri: str) -> str:
    """Return the resource at ``uri``, of the edition that its query names (``clause://4.3.3.1?edition=2030``)."""
    address, _, query = uri.partition("?")
    name = dict(parse_qsl(query)).get(EDITION, "")
    return read_resource(_of(services, name), address)


def told(error: ZhiyinError) -> str:
    """Return an error as a model should read it: what is wrong, where, and what to do."""
    place = error.place.as_dict()
    where = f" {json.dumps(place, ensure_ascii=False)}" if place else ""
    return f"{error.message.zh} / {error.message.en}{where}"
