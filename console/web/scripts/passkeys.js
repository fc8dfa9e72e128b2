// Lets a browser make and show passkeys. Without it, or without passkeys, the page asks for a code as before.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  const credential = (form, options) => {
    options.challenge = bytes(options.challenge);
    if (form.dataset.passkey !== "make") return navigator.credentials.get({ publicKey: options });
    options.user.id = bytes(options.user.id);
    for (const each of options.excludeCredentials || []) each.id = bytes(each.id);
    return navigator.credentials.create({ publicKey: options });
  };

  const answer = async (form) => {
    const asked = await fetch(form.dataset.asked, { method: "POST", headers: { Accept: "text/html" }, redirect: "manual" });
    if (!asked.ok) {
      // The code is asked for first, or nobody is signed in any more.
      location.assign(form.dataset.again || location.href);
      return "";
    }
    const made = await credential(form, await asked.json());
    const response = {};
    for (const part of parts) if (made.response[part]) response[part] = text(made.response[part]);
    if (made.response.getTransports) response.transports = made.response.getTransports();
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
  };

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const note = form.querySelector("[data-note]");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      note.hidden = true;
      answer(form).then(
        (said) => {
          if (!said) return;
          form.querySelector("[data-answer]").value = said;
          form.submit();
        },
        () => { note.hidden = false; },
      );
    });
  }
})();
