"""The index over the whole guideline, and a small one that shows single rules."""

from __future__ import annotations

import pytest

from zhiyin.composition import BuiltGraph
from zhiyin.search import Label, LabelKind, SearchConcept, SearchDocument
from zhiyin.search.build import build_parts
from zhiyin.search.corpus import concepts_of, documents_of
from zhiyin.search.index import SearchIndex


@pytest.fixture(scope="session")
def index(built: BuiltGraph) -> SearchIndex:
    return SearchIndex(build_parts(tuple(documents_of(built.catalogue)), tuple(concepts_of(built.catalogue))))


def document(number: str, text: str, family: str, **fields: object) -> SearchDocument:
    """Return a document of the small index; what is not said is the commonest."""
    known: dict[str, object] = {
        "tier": int(number[0]) - 1,
        "section": "机房建设",
        "subsection": "基本",
        "obligation": "必须",
        "mark": "延续",
        "change": "same",
    }
    return SearchDocument(number=number, text=text, family=family, **{**known, **fields})  # type: ignore[arg-type]


SMALL_DOCUMENTS = (
    document("2.2.1.1", "机房应为独立封闭区域，并配备门禁。", "f001", mark="新增", change=None, concepts=("access-control",)),
    document("3.2.1.1", "机房应为独立封闭区域，并配备门禁。", "f001", concepts=("access-control",)),
    document("2.2.1.2", "机房承重应达到300公斤每平方米。", "f002", mark="新增", change=None),
    document("3.2.1.2", "机房承重应达到500公斤每平方米。", "f002", change="strengthened"),
    document(
        "3.2.2.2", "应配备灾难备份中心，RTO<=5分钟，并以VLAN隔离。", "f003", section="备份", subsection="灾难备份", obligation="可选", mark="新增",
        change="introduced", concepts=("disaster-recovery",), everyday=("地震了怎么办",), family_label="灾备中心",
    ),
    document("2.2.2.3", "网络日志应保存两年，帐户变更应有审批。", "f004", section="日常运行", subsection="审计", concepts=("network",)),
)  # fmt: skip
SMALL_CONCEPTS = (
    SearchConcept(
        "access-control",
        (
            Label("门禁", LabelKind.PREFERRED),
            Label("access control", LabelKind.PREFERRED, "en"),
            Label("门禁系统", LabelKind.ALTERNATIVE),
            Label("电子锁", LabelKind.EVERYDAY),
        ),
        broader=("physical-security",),
    ),
    SearchConcept("physical-security", (Label("物理安全", LabelKind.PREFERRED),)),
    SearchConcept(
        "disaster-recovery",
        (
            Label("灾难备份", LabelKind.PREFERRED),
            Label("灾备", LabelKind.ALTERNATIVE),
            Label("异地容灾", LabelKind.HIDDEN),
        ),
    ),
    SearchConcept("network", (Label("网络", LabelKind.PREFERRED), Label("network", LabelKind.PREFERRED, "en"))),
)


@pytest.fixture(scope="session")
def small() -> SearchIndex:
    return SearchIndex(build_parts(SMALL_DOCUMENTS, SMALL_CONCEPTS))
