// Finishes what Trunk staged, before it becomes dist/: cuts the program into parts (split.mjs), writes the build id and the
// list of shell files into the service worker, puts a brotli copy beside every file that shrinks (release builds), and
// prints what a browser downloads before the sign-in form can be used, and the parts that come when they are needed. A
// first load over the limit fails the build.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { split } from "./split.mjs";

const LIMIT = 600 * 1024;
const COMPRESSIBLE = /\.(html|css|js|mjs|wasm|json|webmanifest|svg|txt)$/;
const staging = process.env.TRUNK_STAGING_DIR ?? process.argv[2] ?? "dist";
const isRelease = process.env.TRUNK_PROFILE !== "debug";

const walk = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
  );
const address = (file) => `/${relative(staging, file).split(sep).join("/")}`;
const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });

split(staging, isRelease);
const files = walk(staging).filter((file) => !file.endsWith(".br"));

// index.html stands in for itself as "/"; licences are not worth a place in the cache.
const stampServiceWorker = () => {
  const shell = files.filter((file) => !/(sw\.js|index\.html|\.LICENSE\.txt|-maskable.*)$/.test(file));
  const id = createHash("sha256");
  for (const file of [...shell, join(staging, "index.html")].sort()) id.update(address(file)).update(readFileSync(file));
  const worker = join(staging, "sw.js");
  const stamped = readFileSync(worker, "utf8")
    .replace('"__BUILD_ID__"', JSON.stringify(id.digest("hex").slice(0, 16)))
    .replace('["__SHELL_FILES__"]', JSON.stringify(shell.map(address).sort()));
  writeFileSync(worker, stamped);
};

// The server fills a nonce into index.html with every answer, so a ready compressed copy of it could not be sent.
const compress = (file) => {
  const bytes = readFileSync(file);
  const small = brotli(bytes);
  if (isRelease && !file.endsWith("index.html") && small.length < bytes.length) writeFileSync(`${file}.br`, small);
  return { file, raw: bytes.length, sent: Math.min(small.length, bytes.length) };
};

// Everything that index.html names: css, js glue and what it imports, the main part, icon, manifest. The program starts
// with these alone; end2end/tests/parts.spec.ts holds the sign-in page to it.
const isFirstLoad = (html) => (file) => address(file) === "/index.html" || html.includes(address(file));
const isPart = (file) => file.endsWith(".wasm");

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
const sum = (files) => files.reduce((sum, { sent }) => sum + sent, 0);
const print = (files) => {
  for (const { file, raw, sent } of files) console.log(`  ${address(file).padEnd(52)} ${kib(raw).padStart(11)} ${kib(sent).padStart(10)}`);
};

const compressAndReport = () => {
  const html = readFileSync(join(staging, "index.html"), "utf8");
  const all = files.filter((file) => COMPRESSIBLE.test(file)).map(compress);
  const first = all.filter(({ file }) => isFirstLoad(html)(file));
  const later = all.filter(({ file }) => isPart(file) && !isFirstLoad(html)(file));
  print(first);
  console.log(`first load: ${kib(sum(first))} brotli in ${first.length} files (limit ${kib(LIMIT)})`);
  print(later);
  console.log(`parts: ${kib(sum(later))} brotli in ${later.length} files, when they are needed or nothing else is to be done`);
  if (sum(first) <= LIMIT) return;
  console.error("The first load is over its limit. Load what the sign-in form does not need later (app/src/parts.rs).");
  process.exit(1);
};

stampServiceWorker();
if (isRelease) compressAndReport();
