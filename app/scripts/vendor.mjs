// Copies the terminal's libraries from npm into public/vendor, with the version in the file name so that browsers may
// keep them for ever. Runs before every Trunk build; does nothing when everything is in place.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const vendor = join(dirname(app), "public", "vendor");
const modules = join(app, "node_modules");
const { dependencies } = JSON.parse(readFileSync(join(app, "package.json"), "utf8"));

const isInstalled = ([name, version]) => {
  const manifest = join(modules, name, "package.json");
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === version;
};

const install = () => {
  console.log("vendor: npm ci in app/");
  const done = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: app, stdio: "inherit" });
  if (done.status !== 0) {
    console.error("vendor: npm ci failed. Is the npm registry reachable? The terminal's libraries come from there.");
    process.exit(1);
  }
};

// What of a package is served, as [from, to].
const files = ([name, version]) => {
  const short = name.split("/")[1];
  const named = (from, ending) => [join(modules, name, from), `${short}-${version}${ending}`];
  const list = [named(`lib/${short}.mjs`, ".mjs"), named("LICENSE", ".LICENSE.txt")];
  return short === "xterm" ? [...list, named("css/xterm.css", ".css")] : list;
};

const isSame = (from, to) => {
  if (!existsSync(to)) return false;
  const [a, b] = [statSync(from), statSync(to)];
  return a.size === b.size && b.mtimeMs >= a.mtimeMs;
};

if (!Object.entries(dependencies).every(isInstalled)) install();
mkdirSync(vendor, { recursive: true });
const wanted = Object.entries(dependencies).flatMap(files);
for (const stray of readdirSync(vendor).filter((name) => !wanted.some(([, to]) => to === name))) {
  rmSync(join(vendor, stray));
}
const stale = wanted.filter(([from, to]) => !isSame(from, join(vendor, to)));
for (const [from, to] of stale) copyFileSync(from, join(vendor, to));
if (stale.length > 0) console.log(`vendor: ${stale.length} files into public/vendor`);
