// Signs the requests of specs/vectors and compares the headers with the expected ones.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { say } from "./report.js";
import * as sign from "./sign.js";

type Vector = Record<string, any>;

const signers: Record<string, (v: Vector) => Parameters<typeof sign.signed>[0]> = {
  basic: (v) => sign.basic(v.username, v.password),
  hawk: (v) => sign.hawk(v.id, v.key, v.ext, () => v.time, () => v.nonce),
  "threatconnect-hmac": (v) => sign.threatConnect(v.accessId, v.secretKey, () => v.time),
  "user-password": (v) => sign.userPassword(v.user, v.password),
  "api-key": (v) => sign.apiKey(v.key, v.organization),
  token: (v) => sign.token(v.token),
};

/** hawkAttributes returns the attributes of a header; their order does not matter. */
const hawkAttributes = (header = "") => Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map((m) => [m[1], m[2]]));

export async function vectors(specs: string) {
  for (const file of ["basic", "hawk", "headers", "threatconnect-hmac"]) {
    for (const v of JSON.parse(readFileSync(`${specs}/vectors/${file}.json`, "utf8")).vectors as Vector[]) {
      const request = new Request(v.url ?? "https://example.com/", { method: v.method ?? "GET", body: v.body ?? null, headers: v.contentType ? { "Content-Type": v.contentType } : {} });
      const sent = await signers[v.scheme ?? file]!(v)(request);
      const [got, want] = v.attributes ? [hawkAttributes(sent.Authorization), v.attributes] : [sent, v.headers];
      say("-", "vectors", `${file}: ${v.name}`, isDeepStrictEqual(got, want) ? undefined : `${JSON.stringify(got)} instead of ${JSON.stringify(want)}`);
    }
  }
}
