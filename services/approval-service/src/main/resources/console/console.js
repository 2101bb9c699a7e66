"use strict";
// The pages work without this file, except for the sign-in link's fragment, which the server must never see by itself.
(() => {
  const announce = (text) => {
    const place = document.getElementById("announce");
    if (place) place.textContent = text;
  };

  // One-time link: the code is behind the '#', so that no server log and no preview ever gets it.
  const readLink = () => {
    const field = document.getElementById("sign-in-token");
    const code = window.location.hash.slice(1);
    if (!field || !/^[0-9A-Za-z_-]{20,200}$/.test(code)) return;
    field.value = code;
    window.history.replaceState(null, "", window.location.pathname);
    document.querySelectorAll(".without-link").forEach((part) => { part.hidden = true; });
    document.querySelectorAll(".with-link").forEach((part) => { part.hidden = false; });
    document.getElementById("sign-in-button").focus();
  };

  // Countdowns run on the server's remaining time, whatever this machine's clock says.
  const began = new WeakMap();
  const inWords = (seconds) => {
    if (seconds >= 172800) return Math.floor(seconds / 86400) + " days left";
    if (seconds >= 3600) return Math.floor(seconds / 3600) + " h " + Math.floor((seconds % 3600) / 60) + " min left";
    if (seconds >= 60) return Math.floor(seconds / 60) + " min " + String(seconds % 60).padStart(2, "0") + " s left";
    return seconds + " s left";
  };
  const tick = () => {
    for (const place of document.querySelectorAll("[data-left-ms]")) {
      if (!began.has(place)) began.set(place, performance.now());
      const left = Number(place.dataset.leftMs) - (performance.now() - began.get(place));
      const seconds = Math.ceil(left / 1000);
      place.firstElementChild.textContent = seconds > 0 ? inWords(seconds) : "time is over";
      place.classList.toggle("countdown-short", seconds <= 60);
      const warning = place.querySelector(".expiring");
      if (warning) warning.hidden = seconds > 60 || seconds <= 0;
    }
  };

  const showCount = () => {
    const queue = document.getElementById("queue");
    if (!queue) return;
    const count = Number(queue.dataset.count);
    document.title = (count > 0 ? "(" + count + ") " : "") + "Waiting · Sallyport";
  };

  const listen = () => {
    const place = document.querySelector("[data-events]");
    if (!place || !window.EventSource) return;
    const source = new EventSource(place.dataset.events);
    const changed = (event) => {
      document.body.dispatchEvent(new CustomEvent("approvals-changed"));
      const change = JSON.parse(event.data);
      if (change.approval_id === document.getElementById("content").dataset.approval) {
        document.body.dispatchEvent(new CustomEvent("approval-changed"));
        announce(change.outcome ? "The call has ended: " + change.outcome.replace("_", " ") + "."
          : change.state === "pending" ? "Somebody answered." : "This request is " + change.state.replace("_", " ") + ".");
      } else if (change.may_answer) {
        announce("Something is waiting for an answer.");
      }
    };
    source.addEventListener("approval", changed);
    source.addEventListener("open", () => document.body.dispatchEvent(new CustomEvent("approvals-changed")));
    window.addEventListener("pagehide", () => source.close());
  };

  // Without moving the page: whoever opens it reads it from its top, wherever the answer stands.
  const focusFirst = () => {
    const first = document.querySelector("[data-focus]");
    if (first && (!document.activeElement || document.activeElement === document.body)) first.focus({preventScroll: true});
  };

  // htmx gives the focus back to the element of the same id, if there still is one; the words that were typed it would
  // lose.
  const keepPlace = () => {
    let typed = "";
    document.body.addEventListener("htmx:beforeSwap", () => {
      const field = document.getElementById("reason");
      typed = field ? field.value : "";
    });
    document.body.addEventListener("htmx:afterSwap", () => {
      const field = document.getElementById("reason");
      if (field && field.value === "") field.value = typed;
      focusFirst();
    });
  };

  readLink();
  tick();
  window.setInterval(tick, 500);
  showCount();
  if (!window.location.hash) focusFirst();
  document.body.addEventListener("htmx:afterSwap", tick);
  document.body.addEventListener("htmx:afterSettle", showCount);
  keepPlace();
  listen();
})();
