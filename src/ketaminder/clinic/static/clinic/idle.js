// The screen locks itself: the server states after how long and decides, this covers what a passer-by would read.
// A page with nothing unsaved on it is left for the locked page; what was typed stays under the cover, and comes back only
// to who typed it, in the same clinic: also where the session has ended meanwhile and they signed in again.
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
  if (!answer || !answer.ok) return null;
  return answer.redirected ? { ended: true } : answer.json();
}

async function lock() {
  covered = true;
  if (!cover.open) cover.showModal();
  document.getElementById("idle-unsaved").hidden = !unsaved();
  const there = `${cover.dataset.locked}?next=${encodeURIComponent(location.pathname + location.search)}`;
  const page = await ask(there);
  if (!page || !page.ok) return;
  serverLocked = true;
  tellEnded(page.redirected);
  if (!unsaved()) return location.replace(page.redirected ? location.pathname + location.search : there);
  const rooms = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("in-use");
  if (rooms) document.getElementById("in-use-here").replaceChildren(...rooms.childNodes);
}

function tellEnded(ended) {
  document.getElementById("idle-ended").hidden = !ended;
  document.getElementById("idle-left").hidden = ended;
}

function unlock(said) {
  if (said.who !== cover.dataset.who) return location.replace(cover.dataset.home);
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = said.token;
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
  const ended = said !== null && said.ended === true;
  if (covered && said) tellEnded(ended);
  if (covered) return said && !ended && !said.locked ? unlock(said) : undefined;
  if (ended || (idle ? !said || said.locked || said.seconds <= 0 : said && said.locked)) return lock();
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
