// The screen locks itself: the server states after how long and decides, this covers what a passer-by would read.
// A page with nothing unsaved on it is left for the locked page; what was typed stays under the cover.
const cover = document.getElementById("idle");
const seconds = Number(cover.dataset.seconds);
const TELL_EVERY = Math.min(60, seconds / 4); // seconds between two signs of life to the server
let acted = Date.now();
let told = acted;
let covered = false;
let serverLocked = false;
let busy = false;

const unsaved = () => document.querySelector("main [aria-invalid=true], main .wrong") !== null ||
  [...document.querySelectorAll("main :is(input, textarea, select):not([type=hidden], [readonly])")].some(changed);

function changed(field) {
  if (field.matches("select")) return [...field.options].some(one => one.selected !== one.defaultSelected);
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

// The answer of an address; null where none comes. Only a sign of life says that somebody is there.
async function ask(address, sign = false) {
  const headers = sign ? {} : { "X-Ketaminder-Background": "1" };
  return fetch(address, { headers, cache: "no-store" }).catch(() => null);
}

async function standing(sign) {
  const answer = await ask(cover.dataset.here, sign);
  return answer && answer.ok && !answer.redirected ? answer.json() : null;
}

async function lock() {
  covered = true;
  if (!cover.open) cover.showModal();
  document.getElementById("idle-unsaved").hidden = !unsaved();
  const there = `${cover.dataset.locked}?next=${encodeURIComponent(location.pathname + location.search)}`;
  const page = await ask(there);
  if (!page || !page.ok) return;
  serverLocked = true;
  if (!unsaved()) return location.replace(there);
  const rooms = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("in-use");
  if (rooms) document.getElementById("in-use-here").replaceChildren(...rooms.childNodes);
}

function unlock() {
  covered = serverLocked = false;
  acted = told = Date.now();
  cover.close();
}

async function look() {
  if (covered && !serverLocked) return lock();
  const now = Date.now();
  const idle = now - acted >= seconds * 1000;
  const untold = acted > told && now - told >= TELL_EVERY * 1000;
  if (!covered && !idle && !untold) return;
  if (untold) told = now;
  const said = await standing(untold && !idle && !covered);
  if (covered) return said && !said.locked ? unlock() : undefined;
  if (idle ? !said || said.locked || said.seconds <= 0 : said && said.locked) return lock();
  if (idle) acted = now - (seconds - said.seconds) * 1000; // somebody is at another window of this browser
}

async function tick() {
  if (busy) return;
  busy = true;
  await look().finally(() => { busy = false; });
}

for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "input"]) {
  addEventListener(kind, () => { if (!covered) acted = Date.now(); }, { capture: true, passive: true });
}
cover.addEventListener("cancel", event => event.preventDefault());
cover.addEventListener("close", () => { if (covered) cover.showModal(); });
addEventListener("focus", tick);
setInterval(tick, Math.min(5, seconds / 4) * 1000);
