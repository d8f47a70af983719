/** The conversation on the page: what was said, what is on its way, and that the computer is busy. */

import { focusedBeside, h, shown } from "../shared/core/dom.js";
import { more } from "../shared/talk/more.js";
import { card } from "../shared/talk/reply.js";
import { usefulness } from "./feedback.js";
import { readAloud } from "./speech.js";

/** From here on the sources stand beside an answer, as in `reply.css`. */
const WIDE = 680;
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export class Transcript {
  /**
   * @param {HTMLOListElement} list Gets the messages.
   * @param {import("./talk.js").Talk} talk
   * @param {object} does
   * @param {(option: object) => void} does.choose Takes an option of a reply.
   * @param {() => void} does.other Lets somebody write, who takes none of them.
   * @param {() => void} does.person Asks for a person.
   * @param {(item: object) => void} does.retry
   * @param {(item: object) => void} does.discard
   */
  constructor(list, talk, { choose, other, person, retry, discard }) {
    const { words, replies, service, settings } = talk;
    this.list = list;
    this.words = words;
    this.replies = replies;
    this.settings = settings;
    this.service = service;
    this.retry = retry;
    this.discard = discard;
    this.language = settings.language;
    this.acts = { choose, other, person, tabs: settings.tabs ? words["widget.tab"] : "", easy: () => talk.kept.value.easy, say: (said, language) => talk.announcer.say(said, language) };
    this.pending = new Map();
    this.wide = false;
    new ResizeObserver(([{ contentRect }]) => {
      if (this.wide === (this.wide = contentRect.width >= WIDE)) return;
      this.openSources(list);
    }).observe(list);
    /** @type {HTMLElement} */
    this.busy = h("li", { class: "busy" }, h("p", { class: "muted" }, `${words["talk.searching"]} `, h("span", { class: "dots", "aria-hidden": "true" }, "…")));
  }

  /** Show an event; returns its element. */
  add(event) {
    if (event.author === "citizen") this.choicesEnd();
    this.pending.get(event.client_id)?.remove();
    this.pending.delete(event.client_id);
    const element = h("li", { class: `${event.type} ${event.author}`, "data-seq": event.seq }, this.body(event));
    const next = this.busy.isConnected ? this.busy : (this.pending.values().next().value ?? null);
    this.list.insertBefore(element, next);
    if (this.wide) this.openSources(element);
    return element;
  }

  /** Open the sources where they stand beside the answers, fold them where they stand under them. */
  openSources(part) {
    for (const one of part.querySelectorAll(".all-sources")) one.open = this.wide;
  }

  /** Show how a message on its way is doing. */
  show(item) {
    if (item.state === "sent") return;
    const element = h("li", { class: "message citizen pending" }, this.own(item.text), this.state(item));
    const before = this.pending.get(item.client_id);
    if (before) before.replaceWith(element);
    else this.list.append(element);
    this.pending.set(item.client_id, element);
    // Buttons of a question that is past are gone.
    this.choicesEnd();
  }

  /** Take a message away that will not be sent. */
  remove(item) {
    this.pending.get(item.client_id)?.remove();
    this.pending.delete(item.client_id);
  }

  /** Show, or no longer show, that the computer is looking for an answer; what is on its way stays below. */
  working(on) {
    if (on) this.list.insertBefore(this.busy, this.pending.values().next().value ?? null);
    else this.busy.remove();
  }

  /** Show nothing of what was said. */
  clear() {
    this.list.replaceChildren();
    this.pending.clear();
  }

  body(event) {
    if (event.reply) return [card(event.reply, event.seq, this.replies, this.acts), this.under(event), this.time(event)];
    const text = event.text || this.words["conversation.wiped"];
    if (event.author === "citizen") return this.own(text, event);
    if (event.type === "message") return [h("h3", {}, this.words[`authors.${event.author}`]), this.said(text), this.time(event)];
    return [h("p", { class: "muted", dir: "auto" }, text), this.time(event)];
  }

  /** What can be done with an answer: have it read aloud, say whether it helps. */
  under({ reply, seq }) {
    if (reply.kind !== "answer") return null;
    const { feedback } = this.settings;
    const useful = feedback ? usefulness(seq, { who: feedback, service: this.service, words: this.words }) : null;
    const told = this.replies[reply.language] ?? Object.values(this.replies)[0];
    const page = (id, language) => this.service.page(id, language);
    return h("div", { class: "under" }, readAloud(reply, this.words), more(reply, { page, words: told, acts: this.acts }), useful);
  }

  own(text, event = null) {
    return [h("h3", {}, this.words["authors.citizen"]), this.said(text), event ? this.time(event) : null];
  }

  said(text) {
    return h("p", { class: "said", dir: "auto" }, text);
  }

  time(event) {
    return h("time", { class: "muted", datetime: event.at, dir: "ltr" }, shown(new Date(event.at), this.language, CLOCK));
  }

  state(item) {
    if (item.state === "sending") return h("p", { class: "muted" }, this.words["talk.sending"]);
    return h(
      "div",
      {},
      h("p", { class: "error", dir: "auto" }, item.detail || this.words["talk.not_sent"]),
      h("button", { type: "button", class: "quiet", onclick: () => this.retry(item) }, this.words["talk.again"]),
      " ",
      h("button", { type: "button", class: "quiet", onclick: () => this.discard(item) }, this.words["talk.discard"]),
    );
  }

  choicesEnd() {
    for (const choices of this.list.querySelectorAll(".choices")) {
      if (choices.contains(focusedBeside(this.list))) this.acts.other();
      choices.remove();
    }
  }
}
