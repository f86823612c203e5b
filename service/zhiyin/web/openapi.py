"""The OpenAPI 3.1 document of the service, kept true by a test that runs every route against it."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, Response, request

from zhiyin import __version__
from zhiyin.edition import shipped_edition
from zhiyin.web.answers import json_answer

openapi_document = Blueprint("openapi_document", __name__)


@openapi_document.get("/openapi.json")
def document() -> Response:
    """Give the document, with the address that it was asked at."""
    return json_answer({**openapi(), "servers": [{"url": request.url_root.rstrip("/")}]})


def _query(name: str, schema: dict[str, Any], text: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema, "description": text}


def _path(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": text}


_TIER = {"type": "integer", "minimum": 1, "maximum": len(shipped_edition().tiers)}
_TEXT = {"type": "string"}
_OBLIGATION = {"type": "string", "enum": ["必须", "可选", "mandatory", "optional"]}
_MARK = {"type": "string", "enum": ["新增", "延续", "new", "continued"]}
_CHANGE = {"type": "string", "enum": ["same", "reworded", "promoted", "strengthened", "introduced"]}
_OFFSET = _query("offset", {"type": "integer", "minimum": 0, "default": 0}, "从第几项起 · first item")
_LIMIT = _query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "最多几项 · most items")
_FILTERS = [
    _query("tier", _TIER, "类别 · tier"),
    _query("section", _TEXT, "章节号或其前缀，如 4.3 · section number or prefix"),
    _query("obligation", _OBLIGATION, "约束力 · obligation"),
    _query("mark", _MARK, "标识 · mark"),
    _query("change", _CHANGE, "相对前一类别的变化 · change since the tier before"),
    _query("concept", _TEXT, "概念 · concept id"),
]


def _get(
    summary: str,
    parameters: list[dict[str, Any]] | None = None,
    *,
    types: tuple[str, ...] = ("application/json",),
    missing: bool = False,
) -> dict[str, Any]:
    responses: dict[str, Any] = {
        "200": {"description": "好 · OK", "content": {media: {"schema": _SCHEMAS.get(media, {})} for media in types}},
        "400": {"$ref": "#/components/responses/Problem"},
    }
    if missing:
        responses["404"] = {"$ref": "#/components/responses/Problem"}
    return {"get": {"summary": summary, "parameters": parameters or [], "responses": responses}}


_SCHEMAS: dict[str, Any] = {"application/json": {"type": "object"}}
_RDF = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
_RESULTS = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_CITING: dict[str, Any] = {
    "text/plain": {"schema": _TEXT},
    "text/markdown": {"schema": _TEXT},
    "application/json": {"schema": {"type": "object", "required": ["text"], "properties": {"text": _TEXT}}},
    _DOCX: {"schema": {"type": "string", "format": "binary"}},
    "multipart/form-data": {
        "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}, "text": _TEXT}}
    },
}


@cache
def openapi() -> dict[str, Any]:
    """Return the document."""
    submission: dict[str, Any] = {
        media: {"schema": {"type": "string"}} for media in (*_RDF, "application/trig", "application/json")
    }
    submission[_XLSX] = {"schema": {"type": "string", "format": "binary"}}
    submission["multipart/form-data"] = {
        "schema": {
            "type": "object",
            "properties": {
                "file": {"type": "string", "format": "binary"},
                "determinations": {"type": "string", "format": "binary"},
            },
        }
    }
    verdict_types = ("application/json", "text/html", "text/csv", _XLSX, *_RDF)
    paths: dict[str, Any] = {
        "/api/clauses": _get("要求清单 · the requirements", [*_FILTERS, _OFFSET, _LIMIT]),
        "/api/clauses/{number}": _get("一条条款 · one clause", [_path("number", "4.3.3.1")], missing=True),
        "/api/tiers": _get("四个类别 · the four tiers"),
        "/api/tiers/{level}": _get("一个类别 · one tier", [_path("level", "3")], missing=True),
        "/api/tiers/diff": _get(
            "比较两个类别 · compare two tiers",
            [
                _query("from", _TIER, "低类别 · lower", required=True),
                _query("to", _TIER, "高类别 · higher", required=True),
            ],
        ),
        "/api/sections": _get("各级标题 · the headings", [_query("tier", _TIER, "类别 · tier"), _OFFSET, _LIMIT]),
        "/api/sections/{number}": _get("一个标题 · one heading", [_path("number", "4.3")], missing=True),
        "/api/families": _get("要求族 · the requirement families", [_OFFSET, _LIMIT]),
        "/api/families/{id}": _get("一个要求族 · one family", [_path("id", "f081")], missing=True),
        "/api/concepts": _get("概念 · the concepts", [_OFFSET, _LIMIT]),
        "/api/concepts/{id}": _get("一个概念 · one concept", [_path("id", "core-system")], missing=True),
        "/api/readings": _get("读法规则 · the reading rules"),
        "/api/terms": _get("图谱所用的前缀与词条，供补全 · prefixes and terms in use, for completion"),
        "/api/search": _get(
            "检索 · search",
            [
                _query("q", _TEXT, "问题 · question", required=True),
                *_FILTERS,
                _OFFSET,
                _LIMIT,
                _query(
                    "collapse", {"type": "string", "enum": ["family", "none"]}, "是否合并同一义务 · one row per duty"
                ),
                _query("explain", {"type": "string", "enum": ["0", "1"]}, "是否说明如何理解问题 · say how it was read"),
            ],
        ),
        "/api/ask": _get(
            "用中文提问：确切的答案或“指引没有规定” · ask in Chinese: an exact answer or a refusal",
            [_query("q", _TEXT, "问题 · question", required=True)],
        ),
        "/api/suggest": _get(
            "联想 · suggestions", [_query("q", _TEXT, "已输入的字 · what is typed", required=True), _LIMIT]
        ),
        "/api/queries": _get("问题库 · the question library"),
        "/api/queries/{name}": _get(
            "运行一个问题；其余参数见问题库 · run a question; its parameters are in the library",
            [_path("name", "tier_additions"), _query("format", _TEXT, "json xml csv tsv xlsx · ttl nt jsonld rdf")],
            types=(*_RESULTS, _XLSX, *_RDF),
            missing=True,
        ),
        "/api/shapes": _get(
            "一类的 SHACL 形状 · the shapes of a tier",
            [
                _query("tier", _TIER, "类别 · tier", required=True),
                _query(
                    "portable",
                    {"type": "string", "enum": ["0", "1"]},
                    "1：约束组件写成 sh:sparql · constraint components written out as sh:sparql",
                ),
            ],
            types=("text/turtle",),
        ),
        "/api/template": _get(
            "空白自述表 · a blank form",
            [
                _query("tier", _TIER, "类别 · tier", required=True),
                _query("format", {"type": "string", "enum": ["ttl", "jsonld", "xlsx"]}, "格式 · format", required=True),
            ],
            types=("text/turtle", "application/ld+json", _XLSX),
        )
        | {
            "post": {
                "summary": "由上一份自述转成今年的表 · last year's submission moved to this year's form",
                "parameters": [
                    _query("tier", _TIER, "类别，默认不变 · tier, the same by default"),
                    _query("format", {"type": "string", "enum": ["ttl", "jsonld", "xlsx"]}, "格式 · format"),
                    _query("date", {"type": "string", "format": "date"}, "按哪一天看是否到期 · day of renewal"),
                    _query("renew", {"type": "string", "enum": ["0", "1"]}, "0 只换格式 · 0 only changes the format"),
                ],
                "requestBody": {"required": True, "content": submission},
                "responses": {
                    "200": {
                        "description": "今年的表 · this year's form",
                        "content": {m: {} for m in ("text/turtle", "application/ld+json", _XLSX)},
                    },
                    **{str(code): {"$ref": "#/components/responses/Problem"} for code in (400, 413, 415)},
                },
            }
        },
        "/api/form": _get(
            "自述表所问的事实，JSON · what the form asks for, as JSON",
            [_query("tier", _TIER, "类别 · tier", required=True)],
        ),
        "/context.jsonld": _get("公司词汇的 JSON-LD 上下文 · the JSON-LD context", types=("application/ld+json",)),
        "/api/validate": {
            "post": {
                "summary": "验证一份自述 · validate a self-description",
                "parameters": [
                    _query("tier", _TIER, "按此类别评定 · judge against this tier"),
                    _query("date", {"type": "string", "format": "date"}, "核查日 · check date"),
                    _query("engine", {"type": "string", "enum": ["pyshacl", "shacl"]}, "SHACL 引擎 · engine"),
                    _query("format", _TEXT, "json html csv xlsx docx returned ttl jsonld rdf nt trig"),
                ],
                "requestBody": {"required": True, "content": submission},
                "responses": {
                    "200": {
                        "description": "结论 · the verdict",
                        "content": {m: {"schema": _SCHEMAS.get(m, {})} for m in verdict_types},
                    },
                    **{str(code): {"$ref": "#/components/responses/Problem"} for code in (400, 406, 413, 415)},
                },
            }
        },
        "/api/cite-check": {
            "post": {
                "summary": "核验文中对指引的引用 · check what a text says of the guideline",
                "parameters": [
                    _query("format", {"type": "string", "enum": ["json", "html", "csv", "docx"]}, "格式 · format")
                ],
                "requestBody": {"required": True, "content": _CITING},
                "responses": {
                    "200": {
                        "description": "逐处核验 · every statement judged",
                        "content": {m: {} for m in ("application/json", "text/html", "text/csv", _DOCX)},
                    },
                    **{str(code): {"$ref": "#/components/responses/Problem"} for code in (400, 406, 413, 415)},
                },
            }
        },
        "/api/facts": {
            "post": {
                "summary": "形状所见的事实，给其他 SHACL 引擎 · the facts as the shapes see them, for other SHACL engines",
                "parameters": [
                    _query("tier", _TIER, "类别，默认所申报的 · the claimed tier by default"),
                    _query("date", {"type": "string", "format": "date"}, "核查日 · check date"),
                    _query(
                        "company", {"type": "string", "format": "iri"}, "文件描述几家公司时 · where there are several"
                    ),
                ],
                "requestBody": {"required": True, "content": submission},
                "responses": {
                    "200": {"description": "事实 · the facts", "content": {"application/n-triples": {}}},
                    **{str(code): {"$ref": "#/components/responses/Problem"} for code in (400, 413, 415)},
                },
            }
        },
        "/sparql": {
            method: {
                "summary": "SPARQL 1.1 Protocol（只读）· query only",
                **(
                    {"parameters": [_query("query", _TEXT, "SPARQL")]}
                    if method == "get"
                    else {
                        "requestBody": {
                            "content": {
                                "application/sparql-query": {"schema": _TEXT},
                                "application/x-www-form-urlencoded": {
                                    "schema": {"type": "object", "properties": {"query": _TEXT}}
                                },
                            }
                        }
                    }
                ),
                "responses": {
                    "200": {
                        "description": "结果 · the results",
                        "content": {media: {} for media in (*_RESULTS, *_RDF)},
                    },
                    **{
                        str(code): {"$ref": "#/components/responses/Problem"} for code in (400, 406, 413, 415, 429, 503)
                    },
                },
            }
            for method in ("get", "post")
        },
        "/data/zhiyin.{suffix}": _get(
            "整个图谱 · the whole graph",
            [_path("suffix", "nq trig ttl nt")],
            types=("application/n-quads", "application/trig", "text/turtle", "application/n-triples"),
            missing=True,
        ),
        "/id/{path}": {
            "get": {
                "summary": "一个 IRI 的页面或 RDF · the page or RDF of an IRI",
                "parameters": [_path("path", "clause/4.3.3.1")],
                "responses": {
                    "303": {"description": "见别处 · see other"},
                    "404": {"$ref": "#/components/responses/Problem"},
                },
            }
        },
        "/healthz": {"get": {"summary": "存活 · alive", "responses": {"200": {"description": "好 · OK"}}}},
        "/readyz": {
            "get": {
                "summary": "就绪 · ready",
                "responses": {"200": {"description": "好 · OK"}, "503": {"description": "未就绪 · not ready"}},
            }
        },
        "/metrics": {"get": {"summary": "Prometheus 指标 · metrics", "responses": {"200": {"description": "好 · OK"}}}},
        "/openapi.json": {
            "get": {"summary": "本文档 · this document", "responses": {"200": {"description": "好 · OK"}}}
        },
        "/.well-known/void": {"get": {"summary": "VoID", "responses": {"200": {"description": "好 · OK"}}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "zhiyin 指引图谱",
            "version": __version__,
            "summary": "《期货公司信息技术管理指引》的知识图谱与语义查询服务",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "responses": {
                "Problem": {
                    "description": "出错：problem+json（RFC 9457），中英文 · an error in Chinese and English",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["title", "status", "detail", "message"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "message": {"type": "object", "required": ["zh", "en"]},
                        "place": {"type": "object"},
                    },
                }
            },
        },
    }
