// How the page's terminal joins and measures characters. `node graphemes.mjs FILE` writes that as a table for the server's
// screen model: for every range of code points that are alike, four bytes, little-endian: the first one times 256, the
// grapheme class, and 16 when it is two cells wide.
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";

const require = createRequire(import.meta.url);

/** The add-on misreads its own table where there is a `Buffer`, which no browser has. */
function withoutBuffer(load) {
  const { Buffer } = globalThis;
  delete globalThis.Buffer;
  try {
    return load();
  } finally {
    globalThis.Buffer = Buffer;
  }
}

export const { UnicodeGraphemesAddon } = withoutBuffer(() => require("@xterm/addon-unicode-graphemes"));

function table() {
  const providers = [];
  new UnicodeGraphemesAddon().activate({ unicode: { register: (provider) => providers.push(provider), activeVersion: "6" } });
  const provider = providers.find(({ version }) => version === "15-graphemes");
  const ranges = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    // The properties of a character that nothing precedes: class << 3 | width << 1.
    const properties = provider.charProperties(code, 0);
    const info = ((properties >> 3) & 15) | (((properties >> 1) & 3) === 2 ? 16 : 0);
    if (ranges.length === 0 || (ranges.at(-1) & 255) !== info) ranges.push(code * 256 + info);
  }
  return Buffer.from(new Uint32Array(ranges).buffer);
}

if (process.argv[1]?.endsWith("graphemes.mjs")) writeFileSync(process.argv[2], table());
