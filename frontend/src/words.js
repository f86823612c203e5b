// The editor's own English, said in Chinese: it has no switch for its language, so what it writes is replaced as it appears.
const WORDS = new Map(Object.entries({
  "Close tab": "关闭标签",
  "Add tab": "新建标签",
  "Add a new tab": "新建标签",
  "Open settings": "打开设置",
  "Settings": "设置",
  "Request method": "请求方法",
  "Accept Headers": "Accept 头",
  "Arguments": "参数",
  "Header Arguments": "请求头",
  "Default Graphs": "默认图",
  "Named Graphs": "命名图",
  "autocomplete": "补全",
  "Clear endpoint": "清除端点",
  "Share query": "分享查询",
  "Shorten": "缩短",
  "Download Results": "下载结果",
  "Download result": "下载结果",
  "Download not supported": "不能下载",
  "Simple view": "简洁显示",
  "Ellipse": "截短长文本",
  "Filter query results": "筛选结果",
  "Page size:": "每页行数",
  "Page size: ": "每页行数",
  "tableSizer": "每页行数",
  "All": "全部",
  "First": "首页",
  "Previous": "上一页",
  "Next": "下一页",
  "Last": "末页",
  "pagination": "分页",
  "New Tab": "新建标签",
  "Rename Tab": "改名",
  "Copy Tab": "复制标签",
  "Close Tab": "关闭标签",
  "Close other tabs": "关闭其他标签",
  "Undo close Tab": "恢复关闭的标签",
  "Try query in a new browser window": "在新窗口打开查询",
  "No data available in table": "没有结果",
  "No matching records found": "没有符合筛选的行",
  "Copied": "已复制",
}));
const PATTERNS = [
  [/^([\d,]+) results? in ([\d.]+) seconds?$/, "$1 条结果，用时 $2 秒"],
  [/^([\d,]+) results?$/, "$1 条结果"],
  [/^Response in ([\d.]+) seconds?$/, "用时 $1 秒"],
  [/^Showing ([\d,]+) to ([\d,]+) of ([\d,]+) entries$/, "第 $1 至 $2 行，共 $3 行"],
  [/^\(filtered from ([\d,]+) total entries\)$/, "（筛选自 $1 行）"],
  [/^Showing ([\d,]+) to ([\d,]+) of ([\d,]+) entries \(filtered from ([\d,]+) total entries\)$/, "第 $1 至 $2 行，共 $3 行（筛选自 $4 行）"],
  [/^Shows (.+) view$/, "以$1显示"],
  [/^(.+): Activate to (?:sort|invert sorting|remove sorting)$/, "$1：点击排序"],
];
const ATTRIBUTES = ["title", "aria-label", "placeholder"];
// What people wrote or the graph holds stays as it is.
const THEIRS = ".CodeMirror-code, .CodeMirror-hints, td, th .dt-column-title, pre, svg, .tab > a span, input";

export function chinese(text) {
  const known = WORDS.get(text) ?? WORDS.get(text.trim());
  if (known !== undefined) return known;
  for (const [pattern, words] of PATTERNS) if (pattern.test(text)) return text.replace(pattern, words);
  return text;
}

function translate(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (!node.textContent.trim() || node.parentElement?.closest(THEIRS)) return;
    const said = chinese(node.textContent);
    if (said !== node.textContent) node.textContent = said;
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const name of ATTRIBUTES) {
    const value = node.getAttribute(name);
    const said = value && chinese(value);
    if (said && said !== value) node.setAttribute(name, said);
  }
  node.childNodes.forEach(translate);
}

export function speakChinese(host) {
  translate(host);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(translate);
      else translate(change.target);
    }
  }).observe(host, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
}
