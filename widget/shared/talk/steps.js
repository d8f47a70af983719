/** Steps one at a time, for who wants it easy: all of them are there, one is shown. */

import { filled, h } from "../core/dom.js";

/**
 * The list of steps with what walks through it; the focus stays on the button, and each step is heard once. An event
 * `easy` on the list turns it on or off.
 * @param {HTMLElement} list
 * @param {string[]} texts What the steps say.
 * @param {{ words: Record<string, string>, language: string, acts: import("./reply.js").Acts }} setup
 */
export function stepwise(list, texts, { words, language, acts }) {
  const items = /** @type {HTMLLIElement[]} */ ([...list.children]);
  if (!acts.easy || items.length < 2) return [list];
  let at = 0;
  let single = acts.easy();
  const act = (name, does) => h("button", { type: "button", class: "quiet", onclick: does }, words[`answer.${name}`]);
  const place = h("p", { class: "muted at" });
  const back = act("step_back", () => go(at - 1));
  const next = act("step_next", () => go(at + 1));
  const all = act("steps_all", () => turn(!single));
  const walk = h("p", { class: "acts walk" }, back, next, all);
  const go = (to) => {
    if (!items[to]) return;
    at = to;
    show();
    acts.say?.(`${place.textContent}. ${texts[at]}`, language);
  };
  const turn = (on) => {
    single = on;
    show();
  };
  const show = () => {
    place.textContent = filled(words["answer.step_of"], { n: at + 1, all: items.length });
    for (const [number, item] of items.entries()) item.hidden = single && number !== at;
    for (const one of [place, back, next]) one.hidden = !single;
    // What has the focus is never taken away: a button at the end of the way stays, and does nothing.
    back.setAttribute("aria-disabled", String(at === 0));
    next.setAttribute("aria-disabled", String(at === items.length - 1));
    all.textContent = words[single ? "answer.steps_all" : "answer.steps_one"];
  };
  for (const [number, item] of items.entries()) item.value = number + 1;
  list.addEventListener("easy", (event) => {
    walk.hidden = !(/** @type {CustomEvent} */ (event).detail);
    turn(!walk.hidden);
  });
  walk.hidden = !single;
  show();
  return [place, list, walk];
}
