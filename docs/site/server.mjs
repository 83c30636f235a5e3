// Serves docs/_site on this machine: node server.mjs [port].
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css", ".png": "image/png" };
const site = new URL("../_site/", import.meta.url);

// serve listens and returns the URL; a path cannot lead out of the folder, as URLs have no ".." left.
export function serve(port = 0) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    try {
      const body = await readFile(new URL("." + (pathname.endsWith("/") ? pathname + "index.html" : pathname), site));
      response.writeHead(200, { "Content-Type": types[extname(pathname)] ?? types[".html"] }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() })));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log((await serve(Number(process.argv[2] ?? 8000))).url);
