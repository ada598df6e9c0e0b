// A passkey that the device did not give: said beside the button, where its own script only writes to the console.
document.addEventListener("allauth.error", event => {
  const said = document.getElementById("passkey-failed");
  if (!said) return;
  event.preventDefault();
  said.hidden = false;
  said.focus();
});

// The button hears nothing before the scripts above have come: until then it cannot be pressed.
const button = document.getElementById(document.currentScript.dataset.button);
document.addEventListener("DOMContentLoaded", () => { button.disabled = !window.allauth?.webauthn; });
