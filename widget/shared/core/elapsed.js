/** How long something takes, in words that go on by themselves: seen, and not heard each time. */

import { h } from "./dom.js";

const EVERY = 10_000;

/** Whole minutes since a moment, never less than none. */
export function minutesSince(moment, now = Date.now()) {
  return Math.max(0, Math.floor((now - Date.parse(moment)) / 60_000));
}

/** A time that `tick` brings up to date; `words(minutes)` says it. */
export function elapsed(moment, words) {
  const element = h("time", { datetime: moment, "data-since": moment }, words(minutesSince(moment)));
  element.words = words;
  return element;
}

/** Bring all such times in a part of the page up to date, now and every ten seconds. */
export function tick(root) {
  const now = () => {
    for (const element of root.querySelectorAll("time[data-since]")) {
      const text = element.words(minutesSince(element.dataset.since));
      if (text !== element.textContent) element.textContent = text;
    }
  };
  return setInterval(now, EVERY);
}
