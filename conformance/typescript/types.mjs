// Types for each document of ../../specs, as a user of another language would make them.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const specs = new URL("../../specs/", import.meta.url);
mkdirSync("types", { recursive: true });
for (const file of readdirSync(specs).filter((f) => f.endsWith(".yaml"))) {
  const name = file.replace(".yaml", "");
  writeFileSync(`types/${name}.ts`, astToString(await openapiTS(new URL(file, specs))));
  console.log(`types/${name}.ts`);
}
