/** A reply of the assistant as a card, in the order in which it is read: sentences, who, dates, sources, ways on. */

import { direction, filled, h, link, linked, shown } from "../core/dom.js";

const NUMBER = { day: "numeric", month: "long", year: "numeric" };

/** The words of a reply's own language, which may be another than that of the page; `replies` has them by language. */
function wordsOf(reply, replies) {
  return replies[reply.language] ?? Object.values(replies)[0];
}

/**
 * The card of a reply. `seq` makes its addresses unique; `choose(option)` is called when an option is taken, without it
 * the options are words.
 */
export function card(reply, seq, replies, choose = null) {
  const words = wordsOf(reply, replies);
  const emergency = reply.contacts.filter((one) => one.type === "emergency");
  const classes = `reply ${reply.kind}${emergency.length ? " danger" : ""}`;
  return h(
    "article",
    { class: classes, lang: reply.language, dir: direction(reply.language), "aria-labelledby": `reply-${seq}` },
    h("h3", { id: `reply-${seq}` }, words["page.from_computer"]),
    ...(reply.kind === "answer" ? answer(reply, seq, words) : [lead(reply), ...numbers(emergency, words)]),
    reply.kind === "clarification" ? options(reply, words, choose) : null,
    reply.kind === "escalation" && lines(reply).length > reply.contacts.length + 1 ? h("p", {}, lines(reply)[1]) : null,
    reply.kind === "answer" ? null : notices(reply),
    reply.kind === "answer" ? null : contacts(reply.contacts.filter((one) => one.type !== "emergency")),
  );
}

/** What a card says, to be read out: its sentences, or its first one where there are many. */
export function spoken(reply, replies) {
  if (reply.kind === "clarification") {
    return [reply.text.split("\n")[0], ...reply.options.map((one) => one.label)].join(" ");
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

/** The lines of a reply before its notices. */
function lines(reply) {
  return reply.text.split("\n\n")[0].split("\n");
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

function answer(reply, seq, words) {
  const language = reply.language;
  const day = (key) => reply[key] && filled(words[`answer.${key}`], { date: shown(new Date(reply[key]), language, NUMBER) });
  return [
    reply.missing.length
      ? h("p", { class: "partial" }, filled(words["answer.partial"], { what: reply.missing.join(", ") }))
      : null,
    ...grouped(reply).map((group) => section(group, seq, words)),
    notices(reply),
    reply.authority ? h("p", {}, h("strong", {}, words["answer.who"]), " ", h("bdi", {}, who(reply.authority, words))) : null,
    reply.counter
      ? h("p", {}, h("strong", {}, `${words["answer.counter"]}:`), " ", h("bdi", {}, `${reply.counter.name}, ${reply.counter.address}`), ` – ${reply.counter.hours}`)
      : null,
    h("p", { class: "muted" }, ["valid_on", "updated_on"].map(day).filter(Boolean).join(" · ")),
    h("h4", {}, filled(words["answer.sources"], { n: reply.citations.length })),
    h("ol", { class: "sources" }, reply.citations.map((one, number) => source(one, number + 1, seq, words))),
  ];
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

function section(group, seq, words) {
  const [{ kind, heading, language }] = group;
  const own = { lang: language, dir: direction(language) };
  const sentences = group.map((one) => [...linked(one.text, one.links), " ", ...one.citations.map((number) => mark(number + 1, seq, words))]);
  if (kind === "summary") {
    return h("section", { class: kind }, sentences.map((one, number) => h("p", { ...own, class: number ? null : "lead" }, one)));
  }
  return h(
    "section",
    { class: kind },
    h("h4", {}, words[`sections.${kind}`]),
    heading ? h("p", { class: "source-heading", ...own }, heading) : null,
    h(kind === "step" ? "ol" : "ul", own, sentences.map((one) => h("li", {}, one))),
  );
}

function mark(number, seq, words) {
  const name = filled(words["answer.source"], { n: number });
  return h("a", { class: "cite", href: `#source-${seq}-${number}`, "aria-label": name }, `[${number}]`);
}

function source(one, number, seq, words) {
  const own = { lang: one.language, dir: direction(one.language) };
  const tells = words[`sections.${one.section}`];
  return h(
    "li",
    { id: `source-${seq}-${number}` },
    link(one.url, one.title, { lang: one.language }),
    tells ? ` · ${tells}` : null,
    h("details", {}, h("summary", {}, filled(words["answer.source"], { n: number })), h("blockquote", own, one.quote)),
  );
}

function options(reply, words, choose) {
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
    h("p", {}, h("a", { class: "button quiet", href: "#question" }, words["clarification.other"])),
  );
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
