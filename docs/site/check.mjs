// Opens every page of docs/_site in headless Chromium at two widths. A message of the console,
// a file that is missing, a page that is wider than the window, or a document that shows no
// operations or takes longer than ten seconds is a failure. Pictures are in docs/_site/pictures.
import { mkdirSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { serve } from "./server.mjs";

const site = new URL("../_site/", import.meta.url);
const pages = [...readdirSync(site).filter((f) => f.endsWith(".html")), ...readdirSync(new URL("api/", site)).filter((f) => f.endsWith(".html")).map((f) => "api/" + f)];
const limit = 10_000; // ms until a document is open
const failures = [];
mkdirSync(new URL("pictures/", site), { recursive: true });

const server = await serve();
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"], protocolTimeout: 120_000 });
for (const width of [390, 1280]) {
  for (const name of pages) {
    const page = await browser.newPage();
    const fail = (what) => failures.push(`${name} at ${width}: ${what}`);
    await page.setViewport({ width, height: 900 });
    page.on("console", (m) => ["error", "warn"].includes(m.type()) && fail(`console: ${m.text()}`));
    page.on("pageerror", (e) => fail(`error: ${e.message}`));
    page.on("requestfailed", (r) => fail(`missing: ${r.url()}`));
    page.on("request", (r) => r.url().startsWith("http") && !r.url().startsWith(server.url) && fail(`goes to the network: ${r.url()}`));
    const begin = performance.now();
    await page.goto(server.url + name, { waitUntil: "load", timeout: 60_000 });
    if (name.startsWith("api/")) await document(page, fail, begin, name, width);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) fail(`${wide} pixels wider than the window`);
    await search(page, fail);
    await page.screenshot({ path: fileURLToPath(new URL(`pictures/${name.replaceAll("/", "-")}-${width}.png`, site)) });
    await page.close();
  }
}
await browser.close();
server.close();
for (const f of failures) console.error(f);
console.log(`${pages.length} pages at 2 widths, ${failures.length} failures`);
process.exit(failures.length > 0 ? 1 : 0);

// document waits until the groups of operations are there, and opens the first operation.
async function document(page, fail, begin, name, width) {
  await page.waitForSelector("body[data-ready] .opblock-tag", { timeout: 60_000 }).catch(() => fail("shows no operations"));
  const took = performance.now() - begin;
  console.log(`${name} at ${width}: open after ${(took / 1000).toFixed(1)} s`);
  if (took > limit) fail(`open after ${(took / 1000).toFixed(1)} s`);
  await page.click(".opblock-tag");
  await page.waitForSelector(".opblock-summary", { timeout: 20_000 }).catch(() => fail("a group does not open"));
  await page.click(".opblock-summary-control, .opblock-summary");
  await page.waitForSelector(".opblock-body .responses-wrapper", { timeout: 20_000 }).catch(() => fail("an operation does not open"));
}

// search finds an operation by two words, on each page.
async function search(page, fail) {
  await page.type("#search", "follow list");
  const nothing = await page.$$eval("#found li", (l) => l.length);
  if (nothing === 0) fail("the search says nothing");
  await page.$eval("#search", (e) => { e.value = ""; });
  await page.type("#search", "list indicators");
  const hits = await page.$$eval("#found a", (l) => l.map((a) => a.getAttribute("href")));
  if (!hits.some((h) => h.endsWith("/listIndicators"))) fail(`the search does not find listIndicators: ${hits.join(" ")}`);
  await page.$eval("#search", (e) => { e.value = ""; e.dispatchEvent(new Event("input")); });
}
