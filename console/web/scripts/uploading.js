// Says how far files have come while they are sent, and lets it be stopped. Without it they are sent all the same.
"use strict";
(() => {
  const size = (bytes) => {
    const units = ["bytes", "kB", "MB", "GB"];
    let unit = 0;
    for (; bytes >= 1000 && unit < units.length - 1; unit += 1) bytes /= 1000;
    return `${bytes < 10 && unit > 1 ? bytes.toFixed(1) : Math.round(bytes)} ${units[unit]}`;
  };

  // What came back is a page of ours: where all is well we go there, else what it says takes the place of this one.
  const show = (request) => {
    if (request.status === 200) return location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    document.title = page.title;
    document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
    watch();
    const note = document.querySelector("main [role=alert]");
    if (note) {
      note.tabIndex = -1;
      note.focus();
    }
    return undefined;
  };

  const send = (form) => {
    const request = new XMLHttpRequest();
    const said = form.querySelector("[data-said]");
    const bar = said.querySelector("progress");
    const words = said.querySelector("[role=status]");
    const button = form.querySelector("button[type=submit]");
    const end = (text) => {
      words.textContent = text;
      bar.hidden = true;
      button.disabled = false;
      said.querySelector("button").hidden = true;
    };
    let told = -1;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.max = event.total;
      bar.value = event.loaded;
      const tenth = Math.floor((10 * event.loaded) / event.total);
      // Whoever hears it is told of every tenth, not of every byte.
      if (tenth === told) return;
      told = tenth;
      words.textContent = event.loaded === event.total
        ? "All of it has come, and is being looked at."
        : `${size(event.loaded)} of ${size(event.total)} have come.`;
    });
    request.addEventListener("load", () => show(request));
    request.addEventListener("error", () => end("The connection broke off. Nothing was kept: send it again."));
    request.addEventListener("abort", () => end("Stopped. Nothing was kept."));
    said.hidden = false;
    bar.hidden = false;
    bar.removeAttribute("value");
    button.disabled = true;
    const stop = said.querySelector("button");
    stop.hidden = false;
    stop.onclick = () => request.abort();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(new FormData(form));
  };

  function watch() {
    for (const form of document.querySelectorAll("form[data-upload]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        send(form);
      });
    }
  }

  watch();
})();
