/** What else the source of an answer tells: asked for, never pushed. */

import { direction, filled, h, shown } from "../shared/core/dom.js";
import { focusTo } from "../shared/core/focus.js";
import { button } from "../shared/parts/field.js";
import { titled } from "../shared/talk/citation.js";

const DAY = { day: "numeric", month: "long", year: "numeric" };

/**
 * A button that shows the rest of the page that an answer comes from, in the place of the button.
 * @param {{ citations: any[], statements: any[], language: string }} reply
 * @param {{ service: import("./service.js").Service, words: Record<string, string>, told: Record<string, string>, acts: object }} setup
 *   `told` has the words inside a reply, `acts` what can be done with its links.
 */
export function more(reply, { service, words, told, acts }) {
  const [first] = reply.citations;
  if (!first) return null;
  const place = h("div", { class: "more" });
  const show = async () => {
    try {
      const page = await service.page(first.page_id, first.language);
      const parts = rest(page, new Set(reply.statements.map((one) => one.text)), told);
      const from = filled(told["answer.updated_on"], { date: shown(new Date(page.updated_on), reply.language, DAY) });
      const nothing = parts.length ? null : h("p", {}, words["talk.no_more"]);
      place.replaceChildren(...parts, nothing ?? "", h("p", { class: "muted" }, titled(first, acts), ` · ${from}`));
      focusTo(place.firstElementChild);
    } catch {
      place.prepend(h("p", { class: "error", role: "alert" }, words["talk.no_more_now"]));
    }
  };
  place.append(button(words["talk.more"], show, { class: "quiet" }));
  return place;
}

function rest({ sections, language }, said, told) {
  const own = { lang: language, dir: direction(language) };
  return sections
    .map((one) => ({ ...one, sentences: one.sentences.filter((sentence) => !said.has(sentence)) }))
    .filter((one) => one.sentences.length)
    .flatMap(({ kind, heading, sentences }) => [
      heading ? h("h4", own, heading) : h("h4", {}, told[`sections.${kind}`] ?? told["answer.source_text"]),
      h("ul", own, sentences.map((sentence) => h("li", {}, sentence))),
    ]);
}
