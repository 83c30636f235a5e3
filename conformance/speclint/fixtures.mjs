// Checks every 2xx fixture with a JSON body against its document with a strict validator, which knows
// none of the extensions. A fixture that has another JSON type on purpose (x-also) is refused by it, and
// is counted separately if it is accepted with those types; any other refusal is a failure.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";

const root = new URL("../../", import.meta.url).pathname;

// jsonSchema turns a schema of OpenAPI 3.0 into one of JSON Schema; wide accepts the types of x-also.
function jsonSchema(s, wide) {
  if (s === null || typeof s !== "object") return s;
  if (s.$ref) return also({ $ref: s.$ref.replace("#/components/schemas/", "#/$defs/") }, s, wide);
  const out = {};
  for (const key of ["type", "enum", "format", "required", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern"])
    if (key in s) out[key] = s[key];
  for (const key of ["allOf", "anyOf", "oneOf"]) if (s[key]) out[key] = s[key].map((x) => jsonSchema(x, wide));
  for (const key of ["items", "not", "additionalProperties"]) if (key in s) out[key] = jsonSchema(s[key], wide);
  if (s.properties) out.properties = Object.fromEntries(Object.entries(s.properties).map(([k, v]) => [k, jsonSchema(v, wide)]));
  // Null is allowed beside everything else in the schema, allOf included.
  return also(s.nullable ? { anyOf: [{ type: "null" }, out] } : out, s, wide);
}

const also = (out, s, wide) => (wide && s["x-also"] ? { anyOf: [out, ...s["x-also"].map((type) => ({ type }))] } : out);

function validators(document) {
  return [false, true].map((wide) => {
    const ajv = new Ajv({ strict: false, formats: { "date-slash": true } }); // our own format, which other validators ignore
    addFormats(ajv);
    const $defs = Object.fromEntries(Object.entries(document.components.schemas).map(([k, v]) => [k, jsonSchema(v, wide)]));
    ajv.addSchema({ $id: "document", $defs });
    const known = new Map();
    return (schema) => {
      const key = JSON.stringify(schema);
      if (!known.has(key)) {
        const text = JSON.stringify(jsonSchema(schema, wide)).replaceAll('"#/$defs/', '"document#/$defs/');
        known.set(key, ajv.compile(JSON.parse(text)));
      }
      return known.get(key);
    };
  });
}

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) yield* files(join(folder, entry.name));
    else if (entry.name.endsWith(".json")) yield join(folder, entry.name);
}

const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch"]);
let failures = 0;
console.log("document | accepted | refused for x-also | failed");
for (const file of readdirSync(join(root, "specs")).filter((f) => f.endsWith(".yaml")).sort()) {
  const name = file.replace(".yaml", "");
  const document = parse(readFileSync(join(root, "specs", file), "utf8"));
  const operations = new Map();
  for (const item of Object.values(document.paths))
    for (const [method, op] of Object.entries(item)) if (methods.has(method)) operations.set(op.operationId, op);
  const [strict, wide] = validators(document);
  const count = { accepted: 0, also: 0, failed: 0 };
  for (const path of files(join(root, "conformance/fixtures", name))) {
    const exchange = JSON.parse(readFileSync(path, "utf8"));
    if (!(exchange.status >= 200 && exchange.status < 300) || exchange.body === null) continue;
    const responses = operations.get(exchange.operationId)?.responses ?? {};
    let response = responses[exchange.status] ?? responses["2XX"];
    if (response?.$ref) response = document.components.responses[response.$ref.split("/").pop()];
    const type = Object.keys(response?.content ?? {}).find((t) => /json/.test(t));
    if (!type || !/json/.test(exchange.contentType)) continue; // another media type, or one that the document does not declare
    const schema = response.content[type].schema;
    const check = strict(schema);
    if (check(exchange.body)) count.accepted++;
    else if (wide(schema)(exchange.body)) count.also++;
    else {
      count.failed++;
      const e = check.errors.at(-1);
      console.log(`${path.slice(root.length)}: ${e.instancePath} ${e.message}`);
    }
  }
  failures += count.failed;
  console.log(`${name} | ${count.accepted} | ${count.also} | ${count.failed}`);
}
process.exit(failures ? 1 : 0);
