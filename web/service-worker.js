// Keeps the files of this folder, so that the page works without a network once it has been loaded.
const KEPT = "segcore-VERSION", FILES = [];

addEventListener("install", event => {
  skipWaiting();
  event.waitUntil(caches.open(KEPT).then(cache => cache.addAll(FILES)));
});
addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("segcore-") && name !== KEPT) await caches.delete(name);
  await clients.claim();
})()));
addEventListener("fetch", event => event.respondWith(
  caches.open(KEPT).then(cache => cache.match(event.request, { ignoreSearch: true })).then(kept => kept ?? fetch(event.request))));
