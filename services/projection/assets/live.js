// Live figures, kept polite. Loaded between htmx and its SSE extension; without it every page works as it was sent.
"use strict";
(() => {
  const note = () => document.getElementById("live-note");
  let source = null;
  let paused = false;

  // A browser allows few connections to one host: a tab that nobody looks at gives its own back.
  htmx.createEventSource = (url) => {
    source = new EventSource(url);
    return source;
  };
  const pause = () => {
    if (source && source.readyState !== EventSource.CLOSED) {
      paused = true;
      source.close();
    }
  };
  const resume = () => {
    if (paused && source) {
      paused = false;
      source.onerror(new Event("error"));
    }
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? pause() : resume()));
  window.addEventListener("pagehide", pause);
  window.addEventListener("pageshow", resume);

  // The foot says since when it is not live. The first message after a reconnection replaces it.
  document.addEventListener("htmx:sseError", () => {
    const place = note();
    if (place && !paused && place.dataset.state !== "lost") {
      place.dataset.state = "lost";
      const now = new Date();
      const two = (n) => String(n).padStart(2, "0");
      place.textContent = place.dataset.lost + " " + two(now.getHours()) + place.dataset.colon + two(now.getMinutes());
    }
  });

  // The answer to a question is the reader's own: only what they did not open themselves is left alone.
  document.addEventListener("htmx:sseBeforeMessage", (event) => {
    if (event.target.contains(document.activeElement) && document.activeElement.matches("summary")) {
      event.preventDefault();
    }
  });
})();
