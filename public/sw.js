// The service worker: keeps the app's shell, so that the page opens without a network and says what is wrong.
//
// It keeps nothing that belongs to somebody: /api and /ws go to the network and nowhere else, and no page is ever kept
// but the empty shell, so no ticket of /connect or /popout can lie in the cache. The build (app/scripts/compress.mjs)
// fills in the two constants.
const BUILD = "__BUILD_ID__";
const FILES = ["__SHELL_FILES__"];

const CACHE = `berth-${BUILD}`;
const SHELL = "/";
const PATIENCE_MS = 4000;
const PRIVATE = /^\/(api|ws|docs|metrics|health|healthz)(\/|$)/;
// Trunk and app/scripts/vendor.mjs put a hash or a version into these names: their content never changes.
const NEVER_CHANGES = /(-[0-9a-f]{16}(_bg)?\.(js|wasm|css)|^\/vendor\/.+-\d+\.\d+\.\d+\.(mjs|css))$/;

// `reload`: the browser's own cache may still hold the last build's files.
const keep = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...FILES].map((address) => new Request(address, { cache: "reload" })));
};

const dropOldBuilds = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("berth-") && name !== CACHE).map((name) => caches.delete(name)));
};

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(dropOldBuilds().then(() => self.clients.claim())));

// A new build waits until the person agrees: a running terminal must not lose its page under its feet.
self.addEventListener("message", (event) => {
  if (event.data === "use-new-version") self.skipWaiting();
});

const kept = async (address) => (await caches.open(CACHE)).match(address);

const withPatience = (request) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  return fetch(request, { signal: stop.signal }).finally(() => clearTimeout(timer));
};

// Network first. A failing server (a proxy's 502) counts as no server, so the shell opens and says so.
const page = async (request) => {
  try {
    const answer = await withPatience(request);
    if (answer.status < 500) return answer;
  } catch {
    // No network: the shell below.
  }
  return (await kept(SHELL)) ?? fetch(request);
};

const unchanging = async (request) => {
  const found = await kept(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
};

const fresh = async (request) => {
  try {
    return await fetch(request);
  } catch (fault) {
    const found = await kept(request);
    if (found) return found;
    throw fault;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (PRIVATE.test(address.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (NEVER_CHANGES.test(address.pathname)) event.respondWith(unchanging(request));
  else event.respondWith(fresh(request));
});
