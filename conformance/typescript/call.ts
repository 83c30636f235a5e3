// One call of Proofpoint TAP, typed by its document, against a server of this machine.
import createClient from "openapi-fetch";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { paths } from "./types/tap.js";
import type { paths as Essentials } from "./types/essentials.js";

const server = createServer((req, res) => {
  const ok = req.url === "/v2/people/vap?window=14" && req.headers.authorization === "Basic " + btoa("principal:secret");
  res.writeHead(ok ? 200 : 400, { "Content-Type": "application/json" });
  res.end(JSON.stringify({ users: [{ identity: { guid: "guid-1", emails: ["person@example.com"] }, threatStatistics: { attackIndex: 12 } }] }));
}).listen(0, "127.0.0.1", async () => {
  const { port } = server.address() as AddressInfo;
  const tap = createClient<paths>({ baseUrl: `http://127.0.0.1:${port}`, headers: { Authorization: "Basic " + btoa("principal:secret") } });
  const { data, response } = await tap.GET("/v2/people/vap", { params: { query: { window: 14 } } });
  // @ts-expect-error 15 is not a window that the document knows
  const wrong: paths["/v2/people/vap"]["get"]["parameters"]["query"]["window"] = 15;
  // @ts-expect-error a path that the document does not know
  const missing: keyof Essentials = "/nowhere";
  const index: number | undefined = data?.users?.[0]?.threatStatistics?.attackIndex;
  server.close();
  if (index !== 12) throw new Error(`status ${response.status}`);
  console.log("1 passed, 0 failed", wrong && missing ? "" : "");
});
