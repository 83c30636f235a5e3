// Finds pages and operations by all words of the query, anywhere in their texts. The names of
// operations are split at their capitals: "list indicators" finds listIndicators.
(() => {
  const input = document.getElementById("search"), found = document.getElementById("found");
  const root = document.body.dataset.root;
  const entries = window.searchIndex.map((e) => ({ ...e, text: [e.title, e.title.replace(/([a-z])([A-Z])/g, "$1 $2"), e.hint, e.words ?? ""].join(" ").toLowerCase() }));

  function show() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    found.replaceChildren();
    found.hidden = words.length === 0;
    if (found.hidden) return;
    const hits = entries.filter((e) => words.every((w) => e.text.includes(w)));
    hits.sort((a, b) => a.title.length - b.title.length);
    for (const hit of hits.slice(0, 20)) {
      const link = document.createElement("a"), hint = document.createElement("small");
      link.href = root + hit.url;
      link.textContent = hit.title;
      hint.textContent = hit.hint;
      link.append(hint);
      const item = document.createElement("li");
      item.append(link);
      found.append(item);
    }
    if (hits.length === 0) found.append(Object.assign(document.createElement("li"), { textContent: "Nothing has all of these words." }));
  }

  input.addEventListener("input", show);
  input.addEventListener("keydown", (e) => {
    if (e.key === "Escape") { input.value = ""; show(); }
    if (e.key === "Enter") found.querySelector("a")?.click();
  });
  // A link to another operation of the same page changes the fragment only, which Swagger UI
  // reads once: when it starts.
  found.addEventListener("click", (e) => {
    const link = e.target.closest("a");
    if (link && link.pathname === location.pathname && link.hash.startsWith("#/")) {
      location.hash = link.hash;
      location.reload();
    }
  });
  const contents = document.querySelector("nav details");
  if (matchMedia("(max-width: 60rem)").matches) contents.open = false;
})();
