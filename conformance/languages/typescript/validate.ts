// A strict validator of a document's schemas: OpenAPI 3.0 is turned into JSON Schema for ajv.
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

const same = ["type", "enum", "format", "required", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern"];

function jsonSchema(s: any): any {
  if (s === null || typeof s !== "object") return s;
  if (s.$ref) return { $ref: s.$ref.replace("#/components/schemas/", "#/$defs/") };
  const out: any = Object.fromEntries(same.filter((key) => key in s).map((key) => [key, s[key]]));
  for (const key of ["allOf", "anyOf", "oneOf"]) if (s[key]) out[key] = s[key].map(jsonSchema);
  for (const key of ["items", "not", "additionalProperties"]) if (key in s) out[key] = jsonSchema(s[key]);
  if (s.properties) out.properties = Object.fromEntries(Object.entries(s.properties).map(([name, member]) => [name, jsonSchema(member)]));
  return s.nullable ? { anyOf: [{ type: "null" }, out] } : out; // null is allowed beside everything else
}

/** validator returns a function that checks a value against a named schema ([] before the name: a list of it) and says what is wrong. */
export function validator(openapi: any): (schema: string, value: unknown) => string | undefined {
  const ajv = new Ajv({ strict: false, formats: { "date-slash": /^(\d{4}\/\d\d\/\d\d)?$/ } });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const $defs = Object.fromEntries(Object.entries(openapi.components.schemas).map(([name, s]) => [name, jsonSchema(s)]));
  ajv.addSchema({ $id: "document", $defs });
  return (schema, value) => {
    const ref = { $ref: `document#/$defs/${schema.replace(/^\[\]/, "")}` };
    const check = ajv.getSchema(schema) ?? ajv.compile({ $id: schema, ...(schema.startsWith("[]") ? { type: "array", items: ref } : ref) });
    if (check(value)) return undefined;
    const e = check.errors!.at(-1)!;
    return `${e.instancePath} ${e.message}`;
  };
}
