// Starts Swagger UI over our own schema. A session's calls carry the CSRF token; a key is typed under “填写密钥”.
// Swagger UI speaks English only: its few fixed words are replaced as they appear.
const place = document.getElementById("swagger");
const token = document.body.getAttribute("hx-headers");
const words = new Map(Object.entries({
  "Authorize": "填写密钥", "Available authorizations": "填写密钥", "Authorized": "已填写", "Logout": "清除", "Close": "关闭",
  "Try it out": "试一试", "Cancel": "取消", "Execute": "发送", "Clear": "清空", "Reset": "重置", "Parameters": "参数",
  "No parameters": "没有参数", "Name": "名称", "Description": "说明", "Request body": "请求体", "Responses": "应答",
  "Response": "应答", "Code": "状态码", "Details": "内容", "Links": "链接", "No links": "无", "Media type": "格式",
  "Controls ": "由请求头 ", " header.": " 决定。", "Example Value": "示例", "Schema": "结构", "Model": "结构",
  "Server response": "实际应答", "Response body": "应答体", "Response headers": "应答头", "Request URL": "请求地址",
  "Request duration": "用时", "Curl": "命令行", "Loading": "正在读取", "Download": "下载", "Value:": "密钥：", "Name:": "名称：",
  "In:": "位置：", "required": "必填", "Example": "示例", "Examples": "示例", "Undocumented": "未列入文档",
  "Send empty value": "送空值", "Default value": "默认值", "Available values": "可取值", "Failed to load API definition.": "接口定义没有读到。",
}));
function translate(node) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const own = walker.currentNode;
    const word = words.get(own.nodeValue) ?? words.get(own.nodeValue.trim());
    if (word && !own.parentElement.closest("pre, textarea, code")) own.nodeValue = word;
  }
}
new MutationObserver((changes) => {
  for (const change of changes) {
    if (change.type === "characterData") translate(change.target.parentElement ?? place);
    for (const added of change.addedNodes) translate(added.nodeType === Node.ELEMENT_NODE ? added : change.target);
  }
}).observe(place, { childList: true, characterData: true, subtree: true });
window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  requestInterceptor(request) {
    if (token) Object.assign(request.headers, JSON.parse(token));
    return request;
  },
});
