/** A mark in a sentence that opens the words it stands on, and the page they are on. */

import { direction, filled, h, link } from "../core/dom.js";
import { freshId } from "../parts/field.js";

const HOVERED_FOR = 300;

/** The title of a source as a link to its page. */
export function titled({ url, title, language }, { tabs = "" } = {}) {
  const more = tabs ? h("span", { class: "heard" }, ` (${tabs})`) : null;
  return link(url, [h("bdi", { lang: language }, title), more], tabs ? { target: "_blank" } : {});
}

/** The mark of a source in a sentence, and what it opens: by tap, by key, or by pointing at it for a moment. */
export function citation(one, number, words, acts) {
  const id = freshId("quote");
  const named = `${filled(words["answer.source"], { n: number })}: ${one.title}`;
  const mark = h("button", { type: "button", class: "cite", "aria-expanded": "false", "aria-controls": id, "aria-label": named }, `[${number}]`);
  const own = { lang: one.language, dir: direction(one.language) };
  const quote = h("span", { class: "quote", id, hidden: true }, h("q", own, one.quote), " ", titled(one, acts));
  let timer = 0;
  let pointed = false;
  const show = (open) => {
    quote.hidden = !open;
    mark.setAttribute("aria-expanded", String(open));
    if (!open) pointed = false;
  };
  mark.addEventListener("click", () => {
    show(quote.hidden || pointed);
    pointed = false;
  });
  for (const part of [mark, quote]) {
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || quote.hidden) return;
      event.stopPropagation();
      event.preventDefault();
      show(false);
      mark.focus();
    });
    part.addEventListener("pointerenter", ({ pointerType }) => {
      clearTimeout(timer);
      if (pointerType !== "mouse" || !quote.hidden) return;
      timer = setTimeout(() => {
        show(true);
        pointed = true;
      }, HOVERED_FOR);
    });
    part.addEventListener("pointerleave", () => {
      clearTimeout(timer);
      if (pointed) timer = setTimeout(() => show(false), HOVERED_FOR);
    });
  }
  return [mark, quote];
}
