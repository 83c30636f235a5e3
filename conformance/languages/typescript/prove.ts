// Runs all checks that the README.md of the folder above asks for.
import { fixtures } from "./fixtures.js";
import { write } from "./report.js";
import { vectors } from "./vectors.js";

const { DOCUMENTS = "", SPECS = "", FIXTURES = "", CASES = "", OUT = "" } = process.env;
await vectors(SPECS);
for (const document of DOCUMENTS.split(" ")) {
  fixtures(document, { specs: SPECS, fixtures: FIXTURES, cases: CASES });
  await (await import(`./calls/${document}.js`)).calls();
}
process.exit(write(OUT) > 0 ? 1 : 0);
