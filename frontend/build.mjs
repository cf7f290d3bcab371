// Builds the third-party browser files into the package's static folder (git-ignored, shipped in the
// wheel). One run, no watcher: our own css and js are served as written and need no build.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = process.env.VINLOOP_DIST ?? join(here, "../src/vinloop/kernel/static/dist");

const copied = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
  "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "tabler-vendors.min.css": "@tabler/core/dist/css/tabler-vendors.min.css",
};

// The maps are not shipped, and a dangling reference breaks hashed static file names.
const withoutSourceMap = (text) =>
  text.replace(/\/\/# sourceMappingURL=\S+\s*$/m, "").replace(/\/\*# sourceMappingURL=[^*]*\*\//g, "");

async function copyFiles() {
  for (const [target, source] of Object.entries(copied)) {
    const text = await readFile(join(modules, source), "utf8");
    await writeFile(join(out, target), withoutSourceMap(text));
  }
}

async function bundleCharts() {
  await build({
    entryPoints: [join(here, "src/echarts.js")],
    outfile: join(out, "echarts.min.js"),
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "echarts",
    target: "es2020",
    legalComments: "none",
    logLevel: "warning",
  });
}

async function readIcon(name) {
  const filled = name.endsWith("-filled");
  const file = filled ? `filled/${name.slice(0, -7)}.svg` : `outline/${name}.svg`;
  const svg = await readFile(join(modules, "@tabler/icons/icons", file), "utf8");
  const shapes = svg
    .slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"))
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "")
    .replace(/\s+/g, " ")
    .trim();
  const paint = filled ? 'fill="currentColor" stroke="none"' : 'fill="none" stroke="currentColor"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${shapes}</symbol>`;
}

async function buildIcons() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split("\n").filter(Boolean);
  const symbols = await Promise.all(names.map(readIcon));
  await writeFile(
    join(out, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`,
  );
}

async function collectLicences() {
  const packages = JSON.parse(await readFile(join(here, "package.json"), "utf8")).devDependencies;
  const shipped = [...Object.keys(packages).filter((name) => name !== "esbuild"), "zrender"].sort();
  const texts = [];
  for (const name of shipped) {
    const meta = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
    const parts = [`${name} ${meta.version} (${meta.license})`];
    for (const file of ["LICENSE", "NOTICE"]) {
      parts.push(await readFile(join(modules, name, file), "utf8").catch(() => ""));
    }
    texts.push(parts.join("\n\n").trim());
  }
  await writeFile(join(out, "LICENSES.txt"), texts.join("\n\n----\n\n") + "\n");
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await copyFiles();
await Promise.all([bundleCharts(), buildIcons(), collectLicences()]);
