// Opens every page of the site in Chromium, and says what is wrong there: errors in the console,
// requests that leave, links to nothing, what axe finds, searches without results, and operations
// that no page shows.
//
// node check.mjs SITE BROWSER SCREENS

import { createServer } from "node:http";
import { readFile, readdir, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, relative } from "node:path";
import { chromium } from "playwright-core";

const [site, browserPath, screens] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PAGES_AT_ONCE = 2;
const READY = 120_000;
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};
// Chromium asks its maker for updates unless told not to.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

async function files(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    found.push(...(entry.isDirectory() ? await files(path) : [path]));
  }
  return found;
}

const server = createServer(async (request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  try {
    const body = await readFile(join(site, path.endsWith("/") ? `${path}index.html` : path));
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
    response.end(body);
  } catch {
    response.writeHead(404);
    response.end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const base = `http://127.0.0.1:${server.address().port}/`;

const all = (await files(site)).map((path) => relative(site, path));
// The first is shown by others in a frame, the second stands in for pages that are not there.
const pages = all.filter((path) => path.endsWith(".html") && path !== "toc.html" && path !== "404.html").sort();
const known = new Set(all);
const wrong = [];
const links = [];
const anchors = new Map();
const figures = { pages: pages.length, links: 0, operations: 0, searches: 0 };
await mkdir(screens, { recursive: true });
const browser = await chromium.launch({ executablePath: browserPath, args: FLAGS });

async function open(page, path) {
  await page.goto(base + path, { waitUntil: "load" });
  const isReference = await page.evaluate(() => document.querySelector("#reference") !== null);
  if (isReference) {
    await page.waitForSelector("#reference[data-ready]", { timeout: READY });
  }
  return isReference;
}

/** Whether each operation of the contract is on the page, with its samples; the number of them. */
async function operations(page, path) {
  const counts = await page.evaluate(() => {
    const contract = JSON.parse(document.getElementById("contract").textContent);
    const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    const declared = Object.values(contract.paths).flatMap((item) => methods.filter((method) => item[method]));
    // An operation stands below its tag, and the part that holds it has an id of its own.
    const sections = [...document.querySelectorAll("[data-section-id*='operation/']")];
    const shown = new Set(sections.map((of) => of.dataset.sectionId.split("operation/").at(-1)));
    const samples = [...document.querySelectorAll("[role='tab']")].map((tab) => tab.textContent);
    const labels = ["Rust", "Command line", "curl"];
    return {
      declared: declared.length,
      shown: shown.size,
      samples: labels.map((label) => samples.filter((text) => text === label).length),
    };
  });
  for (const count of [counts.shown, ...counts.samples]) {
    if (count !== counts.declared) {
      wrong.push(`${path}: ${counts.declared} operations, but ${JSON.stringify(counts)} shown`);
      break;
    }
  }
  return counts.shown;
}

/** Searches for a word that is on the page. */
async function search(page, path, isReference) {
  if (isReference) {
    const word = await page.evaluate(() => {
      const contract = JSON.parse(document.getElementById("contract").textContent);
      const [first] = Object.values(Object.values(contract.paths)[0]).filter((of) => of.summary);
      const words = first.summary.match(/\w+/g);
      // Redoc looks for stems: the end of a word may hide it.
      return words.sort((one, other) => other.length - one.length)[0].slice(0, 5);
    });
    await page.fill("input[type='text']", word);
    await page.waitForSelector("[data-role='search:results'] li", { timeout: 20_000 }).catch(() => {
      wrong.push(`${path}: the search for ${word} finds nothing`);
    });
  } else {
    await page.keyboard.press("s");
    await page.locator("#mdbook-searchbar").pressSequentially("retries");
    await page.waitForSelector("#mdbook-searchresults li", { timeout: 20_000 }).catch(() => {
      wrong.push(`${path}: the search for retries finds nothing`);
    });
  }
  figures.searches += 1;
}

async function visit(path) {
  const page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(`${path}: console: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`${path}: script: ${error.message}`));
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(base)) {
      wrong.push(`${path}: asks ${request.url()}`);
    }
  });
  try {
    const isReference = await open(page, path);
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document));
    for (const violation of found.violations) {
      const [node] = violation.nodes;
      wrong.push(`${path}: axe: ${violation.id}, ${violation.nodes.length} times: ${node.html.slice(0, 160)}`);
    }
    const { hrefs, ids } = await page.evaluate(() => ({
      hrefs: [...document.querySelectorAll("a[href]")].map((link) => link.href),
      ids: [...document.querySelectorAll("[id], [name]")].flatMap((of) => [of.id, of.getAttribute("name")]),
    }));
    anchors.set(path, new Set(ids));
    links.push(...hrefs.map((href) => [path, href]));
    await page.screenshot({ path: join(screens, `${path.replaceAll("/", "-")}.png`) });
    if (isReference) figures.operations += await operations(page, path);
    if (isReference || path === "index.html") await search(page, path, isReference);
  } catch (error) {
    wrong.push(`${path}: ${error.message}`);
  }
  await page.close();
}

const queue = [...pages];
await Promise.all(
  Array.from({ length: PAGES_AT_ONCE }, async () => {
    for (let path = queue.shift(); path; path = queue.shift()) await visit(path);
  }),
);

for (const [from, href] of links) {
  if (!href.startsWith(base)) continue;
  figures.links += 1;
  const [path, anchor] = href.slice(base.length).split("#");
  const target = decodeURIComponent(path.split("?")[0]) || "index.html";
  if (!known.has(target)) {
    wrong.push(`${from}: links to ${target}, which is not there`);
  } else if (anchor && anchors.has(target) && !target.startsWith("reference/")) {
    if (!anchors.get(target).has(decodeURIComponent(anchor))) {
      wrong.push(`${from}: links to #${anchor} of ${target}, which is not there`);
    }
  }
}

await browser.close();
server.close();
for (const line of wrong) console.error(line);
const { pages: opened, links: followed, operations: shown, searches } = figures;
console.log(`${opened} pages, ${followed} links, ${shown} operations, ${searches} searches: ${wrong.length} wrong`);
process.exit(wrong.length === 0 ? 0 : 1);
