// A date field shows day and month in the order of the browser's own language: under it the date stands in words.
const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "UTC" });

function say(field) {
  let said = document.querySelector(`output[for="${field.id}"]`);
  if (!said) {
    said = document.createElement("output");
    said.htmlFor.add(field.id);
    said.className = "hint";
    field.after(said);
  }
  said.textContent = Number.isNaN(field.valueAsNumber) ? "" : words.format(field.valueAsNumber);
}

const sayAll = () => document.querySelectorAll("input[type=date]").forEach(say);
document.addEventListener("input", event => event.target.matches("input[type=date]") && say(event.target));
document.addEventListener("htmx:afterSettle", sayAll);
sayAll();
