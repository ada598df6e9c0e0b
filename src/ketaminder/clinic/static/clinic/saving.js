// A save that failed says so, loudly, and keeps what was typed. Without scripts the browser's own error page says it.
const banner = () => document.getElementById("not-saved");

function notSaved() {
  banner().hidden = false;
  banner().focus();
}

// Who acts where in this window: what another window has changed meanwhile must not be written under another name.
document.addEventListener("htmx:configRequest", event => {
  const frame = document.getElementById("idle");
  if (frame) event.detail.headers["X-Ketaminder-Who"] = frame.dataset.who;
});
document.addEventListener("htmx:sendError", notSaved);
document.addEventListener("htmx:timeout", notSaved);
document.addEventListener("htmx:responseError", event => {
  if (event.detail.xhr.status >= 500) notSaved();
});
document.addEventListener("htmx:beforeSwap", event => {
  const status = event.detail.xhr.status;
  if (status === 422 || status === 403 || status === 404) event.detail.shouldSwap = true;
  if (status < 500) banner().hidden = true;
});
// A new page begins where reading it begins: at what is wrong, at the row that was acted on, at the answer to a form or
// a switch, at what was done, or at its top.
let row = "";
let asked = false;
document.addEventListener("htmx:beforeRequest", event => {
  row = event.detail.elt.closest("tr[id]")?.id ?? "";
  asked = event.detail.elt.matches("form, .switch a");
});
document.addEventListener("htmx:afterSettle", event => {
  const wrong = event.target.querySelector("[aria-invalid=true], [role=alert]");
  if (!wrong && event.target.id !== "main") return;
  const answer = asked && document.getElementById("answer");
  const quiet = (row && document.getElementById(row)) || document.getElementById("done") || event.target;
  // htmx scrolls to the top once this has run: what is to be seen is brought into view after that.
  queueMicrotask(() => (wrong || answer) ? (wrong || answer).focus() : quiet.focus({ preventScroll: true }));
});
