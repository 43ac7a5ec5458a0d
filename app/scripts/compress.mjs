// Finishes what Trunk staged, before it becomes dist/: writes the build id and the list of shell files into the service
// worker, puts a brotli copy beside every file that shrinks (release builds), and prints what a browser downloads before
// the sign-in form can be used. A first load over the limit fails the build.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

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

// Everything that index.html names, and what those name: css, js glue, wasm, icon, manifest.
const isFirstLoad = (html) => (file) => address(file) === "/index.html" || html.includes(address(file));

const reportFirstLoad = () => {
  const html = readFileSync(join(staging, "index.html"), "utf8");
  const first = files.filter(isFirstLoad(html)).filter((file) => COMPRESSIBLE.test(file)).map(compress);
  const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
  for (const { file, raw, sent } of first) console.log(`  ${address(file).padEnd(52)} ${kib(raw).padStart(11)} ${kib(sent).padStart(10)}`);
  const total = first.reduce((sum, { sent }) => sum + sent, 0);
  console.log(`first load: ${kib(total)} brotli in ${first.length} files (limit ${kib(LIMIT)})`);
  if (total > LIMIT) {
    console.error("The first load is over its limit. Load what the sign-in form does not need later.");
    process.exit(1);
  }
  return new Set(first.map(({ file }) => file));
};

stampServiceWorker();
if (isRelease) {
  const done = reportFirstLoad();
  files.filter((file) => COMPRESSIBLE.test(file) && !done.has(file)).forEach(compress);
}
