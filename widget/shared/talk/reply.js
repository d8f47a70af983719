/** A reply of the assistant as a card, in the order in which it is read: sentences, who, dates, sources, ways on. */

import { direction, filled, h, linked, shown } from "../core/dom.js";
import { citation, titled } from "./citation.js";
import { stepwise } from "./steps.js";

const NUMBER = { day: "numeric", month: "long", year: "numeric" };

/** The words of a reply's own language, which may be another than that of the page; `replies` has them by language. */
function wordsOf(reply, replies) {
  return replies[reply.language] ?? Object.values(replies)[0];
}

/**
 * What can be done with a card; without `choose` the options are words.
 * @typedef {object} Acts
 * @property {(option: object) => void} [choose] Takes an option.
 * @property {() => void} [other] Lets somebody write, who takes none of them.
 * @property {() => void} [person] Asks for a person.
 * @property {() => boolean} [easy] Whether easy text is open from the start, and steps come one at a time.
 * @property {(words: string, language: string) => void} [say] Lets something be heard.
 * @property {string} [tabs] Words for links that open in a tab of their own; "" where they open in this one.
 */

/**
 * The card of a reply.
 * @param {object} reply
 * @param {number|string} seq Makes what is in it unique on the page.
 * @param {Record<string, Record<string, string>>} replies
 * @param {Acts} [acts]
 */
export function card(reply, seq, replies, acts = {}) {
  const words = wordsOf(reply, replies);
  const emergency = reply.contacts.filter((one) => one.type === "emergency");
  const classes = `reply ${reply.kind}${emergency.length ? " danger" : ""}`;
  return h(
    "article",
    { class: classes, lang: reply.language, dir: direction(reply.language), "aria-labelledby": `reply-${seq}` },
    h("h3", { id: `reply-${seq}` }, words["page.from_computer"]),
    reply.safety ? h("p", { class: "notices" }, h("strong", {}, reply.safety)) : null,
    ...(reply.kind === "answer" ? answer(reply, seq, words, acts) : [lead(reply), ...numbers(emergency, words)]),
    reply.kind === "clarification" ? options(reply, words, acts) : null,
    reply.kind === "escalation" && lines(reply).length > reply.contacts.length + 1 ? h("p", {}, lines(reply)[1]) : null,
    reply.kind === "escalation" && acts.person
      ? h("p", {}, h("button", { type: "button", onclick: () => acts.person() }, words["page.person"]))
      : null,
    reply.kind === "answer" ? null : notices(reply),
    reply.kind === "answer" ? null : contacts(reply.contacts.filter((one) => one.type !== "emergency")),
  );
}

/** What a card says, to be read out: what is there for safety, then its sentences, or its first one where there are many. */
export function spoken(reply, replies) {
  return [reply.safety, sentences(reply, replies)].filter(Boolean).join(" ");
}

function sentences(reply, replies) {
  if (reply.kind === "clarification") {
    return [lines(reply)[0], ...reply.options.map((one) => one.label)].join(" ");
  }
  if (reply.kind !== "answer") return lines(reply)[0];
  const all = reply.statements.map((one) => one.text).join(" ");
  return all.length <= 500 ? all : `${reply.statements[0].text} ${wordsOf(reply, replies)["talk.long_reply"]}`;
}

/** A reply as plain words for a text box: every sentence under what it tells, then the pages where they stand. */
export function plain(reply, replies) {
  if (reply.kind !== "answer") return [lines(reply)[0], ...reply.options.map((one) => `- ${one.label}`)].join("\n");
  const words = wordsOf(reply, replies);
  const parts = grouped(reply).map((group) => {
    const [{ kind }] = group;
    const sentences = group.map((one) => (kind === "summary" ? one.text : `- ${one.text}`));
    return [kind === "summary" ? "" : `${words[`sections.${kind}`]}:`, ...sentences].filter(Boolean).join("\n");
  });
  const pages = new Set(reply.citations.map((one) => one.url && new URL(one.url, location.href).href.split("#")[0]).filter(Boolean));
  return [...parts, [...pages].join("\n")].join("\n\n");
}

function lead(reply) {
  return h("p", { class: "lead" }, lines(reply)[0]);
}

/** The lines of a reply between the one that is there for safety and its notices. */
function lines(reply) {
  return reply.text.split("\n\n")[reply.safety ? 1 : 0].split("\n");
}

function notices(reply) {
  return reply.notices.length ? h("ul", { class: "notices" }, reply.notices.map((one) => h("li", { dir: "auto" }, one))) : null;
}

function numbers(emergency, words) {
  if (!emergency.length) return [];
  const items = emergency.map((one) => h("li", {}, telephone(one.value), " ", h("span", {}, one.label)));
  return [h("ul", { class: "emergency" }, items), h("p", {}, words["signpost.after_danger"])];
}

function telephone(value, attributes = {}) {
  return h("a", { href: `tel:${value.replaceAll(" ", "")}`, ...attributes }, h("bdi", { dir: "ltr" }, value));
}

function answer(reply, seq, words, acts) {
  const language = reply.language;
  const day = (key) => reply[key] && filled(words[`answer.${key}`], { date: shown(new Date(reply[key]), language, NUMBER) });
  return [
    reply.missing.length
      ? h("p", { class: "partial" }, filled(words["answer.partial"], { what: reply.missing.join(", ") }))
      : null,
    easy(reply, words, acts),
    ...grouped(reply).map((group) => section(group, reply.citations, words, acts)),
    notices(reply),
    reply.authority ? h("p", {}, h("strong", {}, words["answer.who"]), " ", h("bdi", {}, who(reply.authority, words))) : null,
    reply.counter
      ? h("p", {}, h("strong", {}, `${words["answer.counter"]}:`), " ", h("bdi", {}, `${reply.counter.name}, ${reply.counter.address}`), ` – ${reply.counter.hours}`)
      : null,
    h("p", { class: "muted" }, ["valid_on", "updated_on"].map(day).filter(Boolean).join(" · ")),
    why(reply, day("updated_on"), words, acts),
    acts.choose ? related(reply.related, seq, words, acts) : null,
  ];
}

/** What an editor wrote in easy words, with the page that it is of. */
function easy({ easy: text, citations }, words, acts) {
  if (!text || !citations.length) return null;
  const [{ language }] = citations;
  const own = { class: "lead", lang: language, dir: direction(language) };
  return h("details", { class: "easy", open: acts.easy?.() }, h("summary", {}, words["answer.easy"]), h("p", own, text), h("p", { class: "muted" }, titled(citations[0], acts)));
}

/** Why this answer: the exact words of the sources, and of when they are. */
function why(reply, day, words, acts) {
  const sources = filled(words["answer.sources"], { n: reply.citations.length });
  return h(
    "details",
    { class: "all-sources" },
    h("summary", {}, `${words["answer.why"]} ${sources}`),
    h("p", { class: "muted" }, [words["answer.word_for_word"], day].filter(Boolean).join(" ")),
    h("ol", { class: "sources" }, reply.citations.map((one) => source(one, words, acts))),
  );
}

function who(authority, words) {
  const level = words[`levels.${authority.level}`];
  const named = authority.name === level ? level : `${authority.name} (${level})`;
  return authority.via ? `${named} – ${authority.via}` : named;
}

function grouped(reply) {
  const groups = [];
  for (const one of reply.statements) {
    const last = groups.at(-1);
    if (last && last[0].kind === one.kind && last[0].heading === one.heading) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

function section(group, citations, words, acts) {
  const [{ kind, heading, language }] = group;
  const own = { lang: language, dir: direction(language) };
  const marks = (one) => one.citations.map((number) => citation(citations[number], number + 1, words, acts));
  const sentences = group.map((one) => [...linked(one.text, one.links), " ", ...marks(one).flat()]);
  if (kind === "summary") {
    return h("section", { class: kind }, sentences.map((one, number) => h("p", { ...own, class: number ? null : "lead" }, one)));
  }
  const list = h(kind === "step" ? "ol" : "ul", own, sentences.map((one) => h("li", {}, one)));
  return h(
    "section",
    { class: kind },
    h("h4", {}, words[`sections.${kind}`]),
    heading ? h("p", { class: "source-heading", ...own }, heading) : null,
    kind === "step" ? stepwise(list, group.map((one) => one.text), { words, language, acts }) : list,
  );
}

function source(one, words, acts) {
  const own = { lang: one.language, dir: direction(one.language) };
  const tells = words[`sections.${one.section}`];
  return h("li", {}, titled(one, acts), tells ? ` · ${tells}` : null, h("blockquote", own, one.quote));
}

/**
 * @param {any} reply
 * @param {Record<string, string>} words
 * @param {Acts} acts
 */
function options(reply, words, { choose, other }) {
  if (!choose) return h("ul", {}, reply.options.map((one) => h("li", {}, h("strong", {}, one.label), " ", one.summary)));
  const buttons = reply.options.map((one) =>
    h(
      "li",
      {},
      h(
        "button",
        { type: "button", "data-option": one.id, onclick: () => choose(one) },
        h("strong", {}, one.label),
        " ",
        h("span", {}, one.summary),
        one.authority ? [" ", h("span", { class: "muted" }, one.authority)] : null,
      ),
    ),
  );
  return h(
    "div",
    { class: "choices" },
    h("ul", { class: "options" }, buttons),
    other ? h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => other() }, words["clarification.other"])) : null,
  );
}

/**
 * What may be of use too: never more than two, each to be put away.
 * @param {any[]} found
 * @param {number|string} seq
 * @param {Record<string, string>} words
 * @param {Acts} acts
 */
function related(found, seq, words, { choose, other }) {
  if (!found.length) return null;
  const row = (one) => {
    const hide = h("button", { type: "button", class: "quiet", "aria-label": filled(words["widget.hide"], { title: one.label }) }, "×");
    const item = h("li", {}, h("button", { type: "button", class: "quiet", onclick: () => choose(one) }, one.label), " ", hide);
    hide.addEventListener("click", () => {
      other?.();
      if (list.children.length > 1) item.remove();
      else group.remove();
    });
    return item;
  };
  const list = h("ul", {}, found.slice(0, 2).map(row));
  const id = `related-${seq}`;
  const group = h("div", { class: "related choices", role: "group", "aria-labelledby": id }, h("p", { id }, words["widget.related"]), list);
  return group;
}

function contacts(found) {
  const items = found.map((one) =>
    h(
      "li",
      {},
      h("span", {}, `${one.label}:`),
      " ",
      one.type === "phone" ? telephone(one.value, { class: "phone" }) : h("bdi", {}, one.value),
      one.hours ? [" ", h("span", { class: "hours" }, one.hours)] : null,
    ),
  );
  return h("ul", { class: "contacts" }, items);
}
