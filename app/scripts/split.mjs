// Cuts the program into parts (docs/decisions/0017). Trunk cannot, and what it staged is one file, so this starts again from
// what cargo linked: wasm-split-cli cuts it at the functions marked `#[wasm_split]`, wasm-bindgen makes the main part
// loadable, and both take the place of Trunk's files. Every name carries the hash of its content, as Trunk's do.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
// What wasm-split-cli and wasm-bindgen write; these names stand in the files, and are put right below.
const GLUE = "frontend.js";
const MAIN = "frontend_bg.wasm";
const LINK = "__wasm_split.js";

const run = (command, ...args) => {
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status === 0) return;
  console.error(`split: ${command} failed. ${done.error?.message ?? done.stderr}`);
  console.error("split: `.ci/install build` installs the versions that fit.");
  process.exit(1);
};

// A name that is not where it is expected would be missed in the browser alone.
const rename = (text, from, to) => {
  if (!text.includes(from)) throw new Error(`split: ${from} is not where wasm-bindgen or wasm-split-cli used to put it`);
  return text.replaceAll(from, to);
};

const hash = (...contents) => {
  const all = createHash("sha256");
  for (const content of contents) all.update(content);
  return all.digest("hex").slice(0, 16);
};

// A number in WebAssembly's own writing (LEB128), as [value, next place].
const number = (bytes, at) => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
};

// The names of functions are half of a part, and nobody's but a debugger's.
const withoutNames = (wasm) => {
  const kept = [wasm.subarray(0, 8)];
  for (let start = 8; start < wasm.length; ) {
    const [length, content] = number(wasm, start + 1);
    const end = content + length;
    const isCustom = wasm[start] === 0;
    const [size, name] = isCustom ? number(wasm, content) : [0, content];
    if (!isCustom || wasm.toString("utf8", name, name + size) !== "name") kept.push(wasm.subarray(start, end));
    start = end;
  }
  return Buffer.concat(kept);
};

const cut = (isRelease) => {
  const linked = join(target, "wasm32-unknown-unknown", isRelease ? "wasm-release" : "debug", "frontend.wasm");
  if (!existsSync(linked)) {
    console.error(`split: ${linked} is missing. Does CARGO_TARGET_DIR name the folder that Trunk builds in?`);
    process.exit(1);
  }
  const out = join(target, "split");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  run("wasm-split-cli", linked, join(out, "parts"), "--out-name", "frontend");
  const small = isRelease ? ["--remove-name-section", "--remove-producers-section"] : [];
  run("wasm-bindgen", "--target=web", "--no-typescript", "--keep-lld-exports", "--no-demangle", ...small,
    "--out-name=frontend", `--out-dir=${join(out, "main")}`, join(out, "parts", "frontend.wasm"));
  return out;
};

// `split_recordings.wasm` is what one part alone needs, `chunk_4.wasm` what several share.
const nameOfPart = (file) => file.replace(/\.wasm$/, "").replace(/^split_/, "").replace(/^chunk_/, "shared-");

/// Puts the parts into Trunk's folder, in the place of the one program.
export const split = (staging, isRelease) => {
  const out = cut(isRelease);
  const html = readFileSync(join(staging, "index.html"), "utf8");
  const [, ofTrunk] = html.match(/\/(frontend-[0-9a-f]+)\.js/) ?? [];
  if (!ofTrunk) {
    console.error("split: index.html does not name the program as Trunk 0.21 does.");
    process.exit(1);
  }
  const put = (name, content) => writeFileSync(join(staging, name), content);
  let link = readFileSync(join(out, "parts", LINK), "utf8");
  for (const file of readdirSync(join(out, "parts")).filter((name) => /^(split|chunk)_/.test(name))) {
    const linked = readFileSync(join(out, "parts", file));
    const part = isRelease ? withoutNames(linked) : linked;
    const name = `${nameOfPart(file)}-${hash(part)}.wasm`;
    put(name, part);
    link = rename(link, `"./${file}"`, `"./${name}"`);
  }
  const main = readFileSync(join(out, "main", MAIN));
  const glue = readFileSync(join(out, "main", GLUE), "utf8");
  // The two scripts name each other, so both carry the hash of both.
  const both = hash(glue, link, main);
  const [glueName, linkName, mainName] = [`frontend-${both}.js`, `parts-${both}.js`, `frontend-${hash(main)}_bg.wasm`];
  rmSync(join(staging, `${ofTrunk}.js`));
  rmSync(join(staging, `${ofTrunk}_bg.wasm`));
  // Only where it is imported: the program asks for it under the name that it was linked with.
  put(glueName, rename(rename(glue, `from "./${LINK}"`, `from "./${linkName}"`), MAIN, mainName));
  put(linkName, rename(link, `"./${GLUE}"`, `"./${glueName}"`));
  put(mainName, main);
  if (existsSync(join(out, "main", "snippets"))) {
    rmSync(join(staging, "snippets"), { recursive: true, force: true });
    cpSync(join(out, "main", "snippets"), join(staging, "snippets"), { recursive: true });
  }
  // Trunk's words for the scripts that it knows, nonce and all, for one more.
  const preload = html.match(new RegExp(`<link rel="modulepreload"[^>]*/${ofTrunk}\\.js"[^>]*>`))?.[0] ?? "";
  put("index.html", html
    .replace(preload, (one) => one + one.replace(ofTrunk, linkName.replace(/\.js$/, "")))
    .replaceAll(`/${ofTrunk}_bg.wasm`, `/${mainName}`)
    .replaceAll(`/${ofTrunk}.js`, `/${glueName}`));
};
