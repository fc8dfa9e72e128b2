// Sends what was typed last in minutes that save themselves as somebody leaves the page, also for an alarm.
"use strict";
(() => {
  const form = document.querySelector("form[hx-post]");
  if (!form) return;
  // Which draft somebody has before them is no word of theirs.
  const typed = () => {
    const said = new URLSearchParams(new FormData(form));
    ["seen", "over"].forEach((name) => said.delete(name));
    return said.toString();
  };
  let kept = typed();
  let sent = kept;
  let leads = false;
  form.addEventListener("htmx:beforeRequest", () => { sent = typed(); });
  form.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) kept = sent; });
  // Whatever is sent by a button brings its words along.
  form.addEventListener("submit", () => { leads = true; });
  addEventListener("pagehide", () => {
    if (!leads && typed() !== kept) navigator.sendBeacon(form.getAttribute("hx-post"), new URLSearchParams(new FormData(form)));
  });
})();
