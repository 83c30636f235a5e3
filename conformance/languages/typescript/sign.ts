// The signing scheme of each API, as middleware of openapi-fetch.
import { createHash, createHmac, randomBytes } from "node:crypto";
import type { Middleware } from "openapi-fetch";

type Sign = (request: Request) => Record<string, string> | Promise<Record<string, string>>;

/** signed adds the headers of a signature. fetch takes bytes as Latin-1, so UTF-8 is spelled byte by byte. */
export const signed = (sign: Sign): Middleware => ({
  async onRequest({ request }) {
    for (const [name, value] of Object.entries(await sign(request))) request.headers.set(name, Buffer.from(value).toString("latin1"));
    return request;
  },
});

export const basic = (user: string, password: string): Sign => () => ({ Authorization: "Basic " + Buffer.from(`${user}:${password}`).toString("base64") });
export const userPassword = (user: string, password: string): Sign => () => ({ "X-User": user, "X-Password": password });
export const apiKey = (key: string, organization?: string): Sign => () => ({ Authorization: key, ...(organization && { Organization: organization }) });
export const token = (token: string): Sign => () => ({ Authorization: `TC-Token ${token}` });

/** target returns path and query as on the request line; URL.search drops the question mark of an empty query. */
const target = (request: Request) => request.url.slice(new URL(request.url).origin.length).split("#")[0];

const now = () => Math.floor(Date.now() / 1000);
const mac = (key: string, text: string) => createHmac("sha256", key).update(text).digest("base64");

export const threatConnect = (accessId: string, secretKey: string, clock = now): Sign => (request) => {
  const time = String(clock());
  return { Timestamp: time, Authorization: `TC ${accessId}:${mac(secretKey, `${target(request)}:${request.method}:${time}`)}` };
};

export const hawk = (id: string, key: string, ext: string, clock = now, nonce = () => randomBytes(6).toString("hex")): Sign => async (request) => {
  const { hostname, port, protocol } = new URL(request.url);
  const body = await request.clone().text();
  const type = (request.headers.get("Content-Type") ?? "").split(";")[0]!.trim().toLowerCase();
  const hash = body && createHash("sha256").update(`hawk.1.payload\n${type}\n${body}\n`).digest("base64");
  const [ts, n] = [String(clock()), nonce()];
  const text = ["hawk.1.header", ts, n, request.method, target(request), hostname, port || (protocol === "https:" ? "443" : "80"), hash, ext, ""].join("\n");
  const attributes = Object.entries({ id, ts, nonce: n, hash, ext, mac: mac(key, text) }).filter(([, value]) => value);
  return { Authorization: "Hawk " + attributes.map(([name, value]) => `${name}="${value}"`).join(", ") };
};
