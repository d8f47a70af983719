/** What else the source of an answer tells: asked for, never pushed. */

import { direction, filled, h, shown } from "../core/dom.js";
import { focusTo } from "../core/focus.js";
import { button } from "../parts/field.js";
import { titled } from "./citation.js";

const DAY = { day: "numeric", month: "long", year: "numeric" };

/**
 * A button that shows the rest of the page that an answer comes from, in the place of the button.
 * @param {{ citations: any[], statements: any[], language: string }} reply
 * @param {{ page: (id: string, language: string) => Promise<any>, words: Record<string, string>, acts: object }} setup
 *   `page` gets a page; `words` are those of the reply's language, `acts` what can be done with its links.
 */
export function more(reply, { page, words, acts }) {
  const [first] = reply.citations;
  if (!first) return null;
  const place = h("div", { class: "more", lang: reply.language, dir: direction(reply.language) });
  const show = async () => {
    try {
      const found = await page(first.page_id, first.language);
      const parts = rest(found, new Set(reply.statements.map((one) => one.text)), words);
      const from = filled(words["answer.updated_on"], { date: shown(new Date(found.updated_on), reply.language, DAY) });
      const nothing = parts.length ? null : h("p", {}, words["answer.no_more"]);
      place.replaceChildren(...parts, nothing ?? "", h("p", { class: "muted" }, titled(first, acts), ` · ${from}`));
      focusTo(place.firstElementChild);
    } catch {
      place.prepend(h("p", { class: "error", role: "alert" }, words["answer.no_more_now"]));
    }
  };
  place.append(button(words["answer.more"], show, { class: "quiet" }));
  return place;
}

function rest({ sections, language }, said, words) {
  const own = { lang: language, dir: direction(language) };
  return sections
    .map((one) => ({ ...one, sentences: one.sentences.filter((sentence) => !said.has(sentence)) }))
    .filter((one) => one.sentences.length)
    .flatMap(({ kind, heading, sentences }) => [
      heading ? h("h4", own, heading) : h("h4", {}, words[`sections.${kind}`] ?? words["answer.source_text"]),
      h("ul", own, sentences.map((sentence) => h("li", {}, sentence))),
    ]);
}
