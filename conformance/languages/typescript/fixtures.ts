// Checks of models and fixtures: a program of types for each document, which the compiler checks, and
// a strict validator made from the document. Types decode nothing, so "no known member is lost" means
// here that the type has each member: the compiler refuses a literal with a member that it lacks.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import ts from "typescript";
import { parse } from "yaml";
import { say } from "./report.js";
import { validator } from "./validate.js";

interface Case { document: string; file: string; schema: string; deviates: string; known: unknown }

export function fixtures(document: string, paths: { specs: string; fixtures: string; cases: string }) {
  const openapi = parse(readFileSync(`${paths.specs}/${document}.yaml`, "utf8"));
  const names = Object.keys(openapi.components.schemas);
  const cases = readFileSync(paths.cases, "utf8").trim().split("\n").map((line): Case => JSON.parse(line)).filter((c) => c.document === document);
  const type = (schema: string) => `components["schemas"]["${schema.replace(/^\[\]/, "")}"]${schema.startsWith("[]") ? "[]" : ""}`;
  const errors = compile(document, [
    `import type { components } from "../types/${document}.js";`,
    ...names.map((name, i) => `export type M${i} = ${type(name)};`),
    ...cases.map((c, i) => `export const c${i}: ${type(c.schema)} = ${JSON.stringify(c.known)};`),
  ]);
  names.forEach((name, i) => say(document, "models", name, errors.get(1 + i)));
  const validate = validator(openapi);
  cases.forEach((c, i) => {
    const { body } = JSON.parse(readFileSync(`${paths.fixtures}/${c.file}`, "utf8"));
    const fault = errors.get(1 + names.length + i) ?? validate(c.schema, body) ?? (isDeepStrictEqual(JSON.parse(JSON.stringify(body)), body) ? undefined : "changed");
    say(document, c.deviates ? "deviating" : "fixtures", c.file, fault);
  });
}

/** compile returns the first error of each line of a program, lines counted from 0. */
function compile(document: string, lines: string[]): Map<number, string> {
  const file = `.out/fixtures/${document}.ts`;
  mkdirSync(".out/fixtures", { recursive: true });
  writeFileSync(file, lines.join("\n"));
  const program = ts.createProgram([file], {
    strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: true, types: [],
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022,
  });
  const source = program.getSourceFile(file)!;
  const errors = new Map<number, string>();
  for (const d of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
    const { line } = source.getLineAndCharacterOfPosition(d.start ?? 0);
    if (!errors.has(line)) errors.set(line, ts.flattenDiagnosticMessageText(d.messageText, " "));
  }
  return errors;
}
