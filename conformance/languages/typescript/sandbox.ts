// Typed clients of the sandbox, and checks of the answers.
import { readFileSync } from "node:fs";
import createClient, { type Middleware } from "openapi-fetch";
import type { MediaType } from "openapi-typescript-helpers";
import { say } from "./report.js";
import type { Pagination } from "./pages.js";

const { SANDBOX = "", SPECS = "" } = process.env;
const accounts: Record<string, { Name: string; Value: string }[]> = await (await fetch(`${SANDBOX}/_sandbox/accounts`)).json();
const operations = JSON.parse(readFileSync(`${SPECS}/operations.json`, "utf8"));

/** credential returns a named value of the sandbox's account for an API. */
export function credential(document: string, name: string): string {
  const found = accounts[document]?.find((c) => c.Name === name);
  if (!found) throw new Error(`the sandbox has no ${name} of ${document}`);
  return found.Value;
}

/** connect makes a client typed by a document; base is the path of its server, Media the type of its answers where a document has several. */
export function connect<Paths extends {}, Media extends MediaType = MediaType>(base: string, sign: Middleware) {
  const client = createClient<Paths, Media>({ baseUrl: SANDBOX + base });
  client.use(sign);
  return client;
}

export const pagination = (document: string, operationId: string): Pagination => operations[document][operationId].pagination;
export const partialFailure = (document: string, operationId: string): { errors: string; identifier: string; status: string; message: string } => operations[document][operationId].partialFailure;

/** checks runs named checks of a document one after another; one that throws has failed. */
export async function checks(document: string, list: Record<string, () => Promise<void>>) {
  for (const [name, check] of Object.entries(list)) {
    try {
      await check();
      say(document, "calls", name);
    } catch (err) {
      say(document, "calls", name, err);
    }
  }
}

/** want throws an error that says what was expected, unless holds is true. */
export function want(holds: unknown, expected: string, got?: unknown): asserts holds {
  if (!holds) throw new Error(`expected ${expected}${got === undefined ? "" : `, got ${JSON.stringify(got)?.slice(0, 300)}`}`);
}

/** collect reads all pages and returns their number and all elements. */
export async function collect(walk: AsyncGenerator<unknown[]>): Promise<{ pages: number; elements: any[] }> {
  const out = { pages: 0, elements: [] as any[] };
  for await (const page of walk) {
    if (++out.pages > 500) throw new Error("a list without an end");
    out.elements.push(...page);
  }
  return out;
}
