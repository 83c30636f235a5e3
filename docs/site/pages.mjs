// The pages of the guide, from the Markdown files of docs/.
import { existsSync, readFileSync } from "node:fs";
import MarkdownIt from "markdown-it";
import { plot } from "./plot.mjs";
import { frame } from "./frame.mjs";

const repository = "https://github.com/threatclients/threatclients-go/blob/main/";
const order = ["README", "credentials", "lists", "feeds", "errors", "tolerance", "retries", "testing", "languages", "performance", "GUARANTEES"];

// guide is the list of pages, in the order of their menu.
export function guide(docs) {
  return order.filter((name) => existsSync(new URL(`${name}.md`, docs))).map((name) => page(name, readFileSync(new URL(`${name}.md`, docs), "utf8")));
}

const fileOf = (name) => (name === "README" ? "index.html" : name.toLowerCase() + ".html");

function page(name, text) {
  const md = new MarkdownIt({ html: false });
  const tokens = md.parse(text, {});
  const headings = [];
  tokens.forEach((t, i) => {
    if (t.type === "heading_open") {
      const words = tokens[i + 1].children.map((c) => c.content).join("");
      const id = t.tag === "h1" ? "" : words.toLowerCase().replace(/[^a-z0-9]+/g, "-");
      if (id) t.attrSet("id", id);
      headings.push({ text: words, id });
    }
    if (t.type === "inline") t.children.filter((c) => c.type === "link_open").forEach((c) => c.attrSet("href", target(c.attrGet("href"))));
  });
  let html = md.renderer.render(tokens, md.options, {});
  html = html.replaceAll("<table>", '<div class="table"><table>').replaceAll("</table>", "</table></div>");
  if (name === "performance") html = html.replace("</h1>", "</h1>" + plot(text));
  return { url: fileOf(name), title: headings[0].text, headings, html };
}

// target turns a link in a file of docs/ into the URL of the page, or of the file in the repository.
function target(href) {
  if (/^[a-z]+:|^#/.test(href)) return href;
  const [, name, fragment] = href.match(/^([A-Za-z]+)\.md(#.*)?$/) ?? [];
  if (name && order.includes(name)) return fileOf(name) + (fragment ?? "");
  return repository + new URL(href, "http://x/docs/").pathname.slice(1);
}

export function render(page, menu) {
  return frame({ title: page.title, root: "", menu, body: `<article>${page.html}</article>`, here: page.url });
}
