"""The tier-2 sample's documents as a company files them: one document proves what one rule book or record holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyoxigraph as ox

_DCTERMS = "http://purl.org/dc/terms/"
_TITLE = _DCTERMS + "title"
_SHA256 = "https://w3id.org/zhiyin/ontology#sha256"
SHARED: Sequence[tuple[str, str]] = (
    ("信息技术部岗位说明书", "信息技术部(职责分工规定|岗位说明书)|.*岗位设置文件|.*任命(文件|书)"),
    ("信息技术合规与风险管理办法", "信息技术治理委员会.*|信息技术合规与风险管理办法|合规风控部.*"),
    ("补丁管理制度", "补丁管理制度·.*"),
    ("防病毒管理制度", "防病毒管理制度·.*|病毒库更新策略及记录"),
    ("端口清单", "(服务器|互联网侧)端口清单"),
    ("接入前安全检查记录", "(计算机|存储设备)接入前安全检查记录"),
    ("网站内容管理制度", "网站内容发布(审核制度|流程)|网站内容监控处理记录"),
    ("网站隐患处理记录", "网站隐患处理记录"),
    ("安全机构资质证书（副本）", "安全机构资质证书（副本）"),
    ("漏洞整改报告", ".*漏洞整改报告"),
    ("离线介质存放登记", "离线介质存放登记"),
    ("客户信息保护制度", "遵守个人信息.*|网上交易数据安全完整制度|客户信息安全完整制度"),
    ("网上期货服务合同（范本）", "网上期货服务合同（范本）"),
    ("网上交易认证方案", "网上交易身份认证方案|用户认证信息加密方案"),
    ("账户权限台账", "系统账户与权限关系表|账户权限变更(审批单|记录)|岗位变动账户调整记录"),
    ("口令管理制度", "书面口令保管登记|口令管理制度"),
    ("审计日志平台配置", "审计日志平台配置·.*"),
    ("运维手册", "生产环境(日常操作|定期维护)手册|生产环境巡检规程|实时监控系统配置说明|监控报警测试记录"),
    ("2026年5月运行记录", "2026年5月.*|关键操作复核记录|故障和异常登记册"),
    ("运维值班管理办法", "运维值班管理办法|交易期间现场保障安排|2026年6月每日值班表"),
    ("运维文档管理办法", "运维文档.*|重要手册管理办法"),
    ("2026年第一季度运行分析", "2026年第一季度.*"),
    ("自动化工具管理办法", ".*工具(安全运行办法|变更记录)"),
    ("机房管理制度", "机房管理制度|机房和值班操作间.*|外来设备.*|非技术部门人员.*"),
    ("数据备份与恢复策略", "数据(备份|恢复)策略|网站数据备份.*"),
    ("数据与介质管理制度", "数据管理制度|介质.*制度|备份数据访问控制规定|备份介质.*|介质到期转储记录"),
    ("灾备中心评估", "灾备中心(场地|设施)评估|灾备数据一致性核对记录"),
    ("灾难恢复预案", "灾难恢复.*|灾备中心运行维护流程"),
    ("变更管理制度", "变更管理制度（.*"),
    ("变更记录汇编", "变更(评估单|测试报告)汇编|变更(操作|事后检查)记录|生产环境测试变更单"),
    ("修订记录", ".*修订记录"),
    ("重大变更方案", "重大变更.*|核心系统变更上线演练记录"),
    ("生产环境设计和部署文档", "生产环境(设计|部署)文档"),
    ("配置管理制度", "配置(管理制度|信息.*|文档库目录)"),
    ("核心系统性能容量评估", "核心系统性能容量.*"),
    ("应急预案", "应急(组织体系.*|演练计划|演练记录)|核心系统(常见故障|安全风险).*"),
    ("行业测试和演练记录", "行业.*"),
    ("技术事故管理制度", "技术事故.*"),
    ("测试管理制度", "信息系统软硬件测试管理.*|系统软硬件上线前测试规范"),
    ("测试记录", "(技术|业务)测试记录"),
    ("测试数据管理记录", "测试数据脱敏记录|未脱敏数据.*"),
    ("培训记录", "岗位培训记录汇总|上岗操作培训教材|年度培训计划执行记录"),
    ("核心系统采购合同", "核心系统采购合同.*"),
    ("交易系统架构说明", "(主|次席)交易系统(架构说明|访问控制策略)"),
    ("交易系统业务监控", "(主|次席)交易系统业务.*"),
    ("交易系统压力和容量测试报告", "交易系统(压力测试|容量评估)报告"),
    ("机房运行记录", "机房温湿度记录|UPS和空调维护记录|机房环境动力监测指标表"),
    ("营业部值班和运行流程", "示例营业部.(交易日值班安排|日常运行流程|应急处理流程|流程演练记录|业务系统结构图)"),
    ("营业部更新记录", "示例营业部.(病毒库|补丁)更新记录|分支机构运行报告制度"),
    ("示例软件有限公司服务合同", "示例软件有限公司.*"),
    ("示例数据服务有限公司服务合同", "示例数据服务有限公司.*"),
)


def with_shared_documents(triples: Sequence[ox.Triple]) -> list[ox.Triple]:
    """Return the triples with every document that ``SHARED`` names in place of those it stands for.

    It has the number, date and role of the first of them, and no hash.
    """
    shared: dict[object, str] = {}
    first: dict[str, ox.NamedNode | ox.BlankNode | ox.Triple] = {}
    for triple in triples:
        if triple.predicate.value == _TITLE and isinstance(triple.object, ox.Literal):
            title = next((new for new, old in SHARED if re.fullmatch(old, triple.object.value)), None)
            if title is not None:
                shared[triple.subject] = title
                first.setdefault(title, triple.subject)
    told = {(t.subject, t.predicate.value): t.object for t in triples}
    result = []
    for triple in triples:
        title = shared.get(triple.subject)
        if title is None:
            result.append(triple)
        elif triple.predicate.value == _TITLE:
            result.append(ox.Triple(triple.subject, triple.predicate, ox.Literal(title)))
        elif triple.predicate.value != _SHA256:
            value = told.get((first[title], triple.predicate.value), triple.object)
            result.append(ox.Triple(triple.subject, triple.predicate, value))
    return result
