// The frame of every page: the menu and the search.
export const escape = (s) => String(s).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

const titles = {
  README: "The guide", credentials: "Credentials", lists: "Lists", feeds: "Windows and feeds", errors: "Errors", tolerance: "Tolerance",
  retries: "Retries", testing: "Testing", languages: "Other languages", performance: "Performance", GUARANTEES: "Guarantees",
};
const all = Object.keys(titles).map((name) => ({ url: name === "README" ? "index.html" : name.toLowerCase() + ".html", title: titles[name] }));

// frame returns a whole page; root is the path from it to the folder of the site.
export function frame({ title, root, menu, body, here, head = "" }) {
  const links = (list) => list.map((p) => `<li><a href="${root}${p.url}"${p.url === here ? ' aria-current="page"' : ""}>${escape(p.title)}</a></li>`).join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} – threatclients</title>
<link rel="icon" href="${root}favicon-32x32.png">
${head}<link rel="stylesheet" href="${root}style.css">
</head>
<body data-root="${root}">
<header>
<a class="name" href="${root}index.html">threatclients</a>
<div class="search"><input type="search" id="search" placeholder="Search pages and operations" aria-label="Search" autocomplete="off"><ol id="found" hidden></ol></div>
</header>
<nav><details open><summary>Contents</summary><ul>${links(all)}</ul><h2>APIs</h2><ul>${links(menu)}</ul></details></nav>
<main>${body}</main>
<script src="${root}index.js"></script>
<script src="${root}search.js"></script>
</body>
</html>
`;
}
