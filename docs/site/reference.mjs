// The page of a document: Swagger UI, which draws an operation when it is opened.
import { frame } from "./frame.mjs";

const methods = ["get", "put", "post", "delete", "options", "head", "patch"];

// operations are those of a document, with the first of their tags.
export function operations(document) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.filter((m) => item[m]).map((method) => ({ id: item[method].operationId, method, path, summary: item[method].summary ?? "", tag: item[method].tags?.[0] ?? "default" })));
}

export function reference(name, document, menu) {
  return frame({
    title: document.info.title, root: "../", menu, here: `api/${name}.html`,
    head: '<link rel="stylesheet" href="../swagger-ui.css">\n',
    body: `<p class="package">Go: <a href="https://pkg.go.dev/github.com/threatclients/threatclients-go/gen/${name}"><code>github.com/threatclients/threatclients-go/gen/${name}</code></a></p>
<div id="ui" data-operations="${operations(document).length}"></div>
<script src="${name}.js"></script>
<script src="../swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({
  spec: window.openapi, dom_id: "#ui", deepLinking: true, docExpansion: "none", filter: true, supportedSubmitMethods: [], validatorUrl: null,
  defaultModelsExpandDepth: -1, defaultModelExpandDepth: 2, showExtensions: true, onComplete: () => document.body.setAttribute("data-ready", "true"),
});
</script>`,
  });
}
