// Makes the site in docs/_site: the pages of the guide, a page of Swagger UI for each document,
// and an index of both for the search. It needs no network.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import { guide, render } from "./pages.mjs";
import { operations, reference } from "./reference.mjs";

const out = new URL("../_site/", import.meta.url);
const docs = new URL("../", import.meta.url);
const apis = ["tap", "essentials", "essentialsthreat", "threatconnectv3", "threatconnectv2", "threatstackv2", "threatstackv1"];

rmSync(out, { recursive: true, force: true });
mkdirSync(new URL("api/", out), { recursive: true });
for (const name of ["style.css", "search.js"]) cpSync(new URL(name, import.meta.url), new URL(name, out));
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"]) {
  cpSync(new URL(`node_modules/swagger-ui-dist/${name}`, import.meta.url), new URL(name, out));
}

const documents = apis.map((name) => [name, parse(readFileSync(new URL(`../specs/${name}.yaml`, docs), "utf8"), { maxAliasCount: -1 })]);
const menu = documents.map(([name, document]) => ({ url: `api/${name}.html`, title: document.info.title }));
const index = [];
for (const page of guide(docs)) {
  writeFileSync(new URL(page.url, out), render(page, menu));
  index.push(...page.headings.map((h) => ({ title: h.text, hint: page.title, url: page.url + (h.id ? "#" + h.id : "") })));
}
for (const [name, document] of documents) {
  writeFileSync(new URL(`api/${name}.js`, out), `window.openapi = ${JSON.stringify(document)};\n`);
  writeFileSync(new URL(`api/${name}.html`, out), reference(name, document, menu));
  index.push(...operations(document).map((o) => ({ title: o.id, hint: `${document.info.title}: ${o.method.toUpperCase()} ${o.path}`, words: o.summary, url: `api/${name}.html#/${encodeURIComponent(o.tag)}/${o.id}` })));
}
writeFileSync(new URL("index.js", out), `window.searchIndex = ${JSON.stringify(index)};\n`);
console.log(`${guide(docs).length} pages, ${documents.length} documents, ${index.length} entries in the search`);
