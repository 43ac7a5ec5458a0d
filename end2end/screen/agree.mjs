// Asks xterm.js itself whether a dump of the screen model and the rest of a stream show what the whole stream shows.
//
// `node agree.mjs FOLDER`: cases.json there names streams, their sizes, and cuts with the model's dump. Prints every
// disagreement and exits with 1. Besides the serialize add-on's text it compares what that leaves out, which has no
// public name in xterm.js: charsets, tab stops, margins, kept cursors, mouse encodings, underlines, links.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { UnicodeGraphemesAddon } from "./graphemes.mjs";

const require = createRequire(import.meta.url);
const headless = require("@xterm/headless");
const serialize = require("@xterm/addon-serialize");
const folder = process.argv[2];
const cases = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));
const RIS = "\x1bc";

function open({ cols, rows }) {
  const terminal = new headless.Terminal({ cols, rows, scrollback: 5000, allowProposedApi: true, logLevel: "off" });
  terminal.loadAddon(new UnicodeGraphemesAddon());
  const serializer = new serialize.SerializeAddon();
  terminal.loadAddon(serializer);
  const shown = { terminal, serializer, title: "" };
  terminal.onTitleChange((title) => (shown.title = title));
  return shown;
}

const write = (terminal, data) => new Promise((done) => terminal.write(data, done));

/** Writes a stream from an offset on, with the changes of size on the way. */
async function play(shown, stream, from, resizes) {
  let at = from;
  for (const [offset, cols, rows] of resizes.filter(([offset]) => offset >= from)) {
    await write(shown.terminal, stream.subarray(at, offset));
    shown.terminal.resize(cols, rows);
    at = offset;
  }
  await write(shown.terminal, stream.subarray(at));
}

/** What a cell shows; an empty one and a space look the same, whatever ink the space has. */
function look(cell, links) {
  const chars = cell.getChars() || " ";
  const inked = chars !== " " || cell.isUnderline() || cell.isInverse() || cell.isStrikethrough() || cell.isOverline();
  const colour = (mode, value) => (mode === 0 ? "" : `${mode >> 24}:${value}`);
  const attributes = [
    inked && cell.isBold(), inked && cell.isDim(), inked && cell.isItalic(), cell.isUnderline(), inked && cell.isBlink(), cell.isInverse(),
    inked && cell.isInvisible(), cell.isStrikethrough(), cell.isOverline(),
  ].map((on, bit) => (on ? "bdiuknhso"[bit] : "")).join("");
  const underline = cell.isUnderline() && cell.extended ? `${cell.extended.underlineStyle}/${cell.extended.underlineColor & 0x3ffffff}` : "";
  const link = cell.extended?.urlId ? links(cell.extended.urlId) : "";
  return [chars, cell.getWidth(), inked ? colour(cell.getFgColorMode(), cell.getFgColor()) : "", colour(cell.getBgColorMode(), cell.getBgColor()), attributes, underline, link].join("|");
}

const BLANK = " |1|||||";

function cellsOf({ terminal }, which) {
  const links = (id) => terminal._core._oscLinkService.getLinkData(id)?.uri ?? "";
  const buffer = terminal.buffer[which];
  const rows = [];
  for (let number = 0; number < buffer.length; number++) {
    const line = buffer.getLine(number);
    const row = [];
    for (let col = 0; col < line.length; col++) {
      const cell = line.getCell(col);
      if (cell.getWidth() > 0) row.push(look(cell, links));
    }
    while (row.at(-1) === BLANK) row.pop();
    rows.push(row);
  }
  return rows;
}

function attr(data, links) {
  return { fg: data.fg & ~0x10000000, bg: data.bg & ~0x10000000, underline: data.extended.underlineStyle, colour: data.extended.underlineColor & 0x3ffffff, link: links(data.extended.urlId) };
}

/** Everything besides the cells. */
function state({ terminal, title }) {
  const core = terminal._core;
  const links = (id) => (id ? core._oscLinkService.getLinkData(id)?.uri : "") ?? "";
  const set = (charset) => (charset ? (charset["q"] ?? "other") : "ascii");
  const buffers = core._bufferService.buffers;
  const buffer = buffers.active;
  const saved = (buffer) => ({
    x: buffer.savedX, y: Math.max(0, buffer.savedY - buffer.ybase), pen: attr(buffer.savedCurAttrData, links), charset: set(buffer.savedCharset),
  });
  return {
    screen: terminal.buffer.active.type,
    cursor: [buffer.x, buffer.y],
    pen: attr(core._inputHandler._curAttrData, links),
    margins: [buffer.scrollTop, buffer.scrollBottom],
    tabs: Object.keys(buffer.tabs).filter((col) => buffer.tabs[col] && col < terminal.cols).join(),
    saved: saved(buffer),
    savedBehind: buffer === buffers.alt ? saved(buffers.normal) : undefined,
    cursorBehind: buffer === buffers.alt ? [buffers.normal.x, buffers.normal.y] : undefined,
    modes: terminal.modes,
    private: core.coreService.decPrivateModes,
    hidden: core.coreService.isCursorHidden,
    mouse: [core.coreMouseService.activeProtocol, core.coreMouseService.activeEncoding],
    charsets: [0, 1, 2, 3].map((g) => set(core._charsetService._charsets[g])),
    charset: core._charsetService.glevel,
    title,
    titles: core._inputHandler._windowTitleStack,
  };
}

/** What the serialize add-on's text shows on another terminal: empty cells and spaces are different words there. */
async function serialized({ serializer, terminal }, scrollback) {
  const other = open(terminal);
  await write(other.terminal, serializer.serialize({ scrollback: Math.min(scrollback, terminal.buffer.normal.baseY) }));
  const shown = cellsOf(other, "normal").concat(cellsOf(other, "alternate")).map((row) => row.join(" "));
  shown.push(JSON.stringify([other.terminal.modes, other.terminal.buffer.active.cursorX, other.terminal.buffer.active.cursorY]));
  other.terminal.dispose();
  return shown;
}

/** Where xterm.js is not followed, and why. */
const KNOWN = {
  // xterm.js has tab stops of their own for each of the two screens; every other terminal has them for both.
  tabs: ({ name }) => name === "modes",
  // A change of width moves the place where a kept cursor would be, even when none was kept.
  saved: ({ name, resizes }) => name === "bash" && resizes.length > 0,
};

/** Where two texts or rows part, with a little around it. */
function firstDifference(is, was) {
  let at = 0;
  while (at < is.length && is[at] === was[at]) at++;
  const part = (from) => JSON.stringify(from.slice(Math.max(0, at - 8), at + 24));
  return `from ${at}: ${part(is)}\n    instead of ${part(was)}`;
}

async function differences(stream, whole, resumed) {
  const found = [];
  const [one, other] = [state(whole), state(resumed)];
  for (const key of Object.keys(one).filter((key) => !KNOWN[key]?.(stream))) {
    const [is, was] = [JSON.stringify(other[key]), JSON.stringify(one[key])];
    if (is !== was) found.push(`${key}: ${is} instead of ${was}`);
  }
  for (const which of ["normal", "alternate"]) {
    if (which === "alternate" && whole.terminal.buffer.active.type === "normal") continue;
    const have = cellsOf(resumed, which), all = cellsOf(whole, which);
    const want = all.slice(Math.max(0, all.length - have.length));
    const wrong = have.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(want[index]));
    if (wrong >= 0) found.push(`${which} row ${wrong} of ${have.length}, ${firstDifference(have[wrong], want[wrong] ?? [])}`);
  }
  const scrollback = resumed.terminal.buffer.normal.baseY;
  const [is, was] = [await serialized(resumed, scrollback), await serialized(whole, scrollback)];
  if (JSON.stringify(is) !== JSON.stringify(was)) found.push(`serialized, ${firstDifference(is, was)}`);
  return found;
}

let compared = 0;
let failed = 0;
for (const entry of cases) {
  const { name, cols, rows, resizes, cuts } = entry;
  const stream = readFileSync(join(folder, `${name}.bin`));
  const whole = open({ cols, rows });
  await play(whole, stream, 0, resizes);
  for (const { at, cols, rows, dump } of cuts) {
    const resumed = open({ cols, rows });
    // As the page does it.
    await write(resumed.terminal, RIS);
    await write(resumed.terminal, Buffer.from(dump, "base64"));
    await play(resumed, stream, at, resizes);
    const found = await differences(entry, whole, resumed);
    compared += 1;
    if (found.length > 0) {
      failed += 1;
      console.log(`${name} cut at ${at} of ${stream.length}:\n  ${found.join("\n  ")}`);
    }
    resumed.terminal.dispose();
  }
  whole.terminal.dispose();
}
console.log(`${compared} cuts compared, ${failed} differ`);
process.exit(failed > 0 || compared === 0 ? 1 : 0);
