/** The conversation as staff see it: who said what, notes among it that look different, what is on its way. */

import { direction, h } from "../shared/core/dom.js";
import { card } from "../shared/talk/reply.js";
import { away } from "./links.js";
import { isDanger, moment } from "./names.js";

export class Transcript {
  /**
   * @param {import("./shapes.js").Desk} desk
   * @param {{ again: (item: object) => void, discard: (item: object) => void }} does What can be done with what is not sent.
   */
  constructor(desk, { again, discard }) {
    Object.assign(this, { desk, again, discard });
    this.list = h("ol", { class: "messages" });
    this.element = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": desk.t("talk.log"), tabindex: "0" }, this.list);
    this.clear("nl");
  }

  /** Show nothing; what comes is in this language unless it says otherwise. */
  clear(language) {
    this.language = language;
    this.seen = new Set();
    this.arrived = new Set();
    /** When the last message that is shown was said. */
    this.latest = "";
    this.notes = new Set();
    this.pending = new Map();
    this.list.replaceChildren();
  }

  /** Show an event; the answer is whether it is a new one. */
  add(event) {
    if (event.seq === null || this.seen.has(event.seq)) return false;
    if (event.client_id) this.arrived.add(event.client_id);
    this.remove(event);
    const element = h("li", { class: `${event.type} ${event.author}${isDanger(event) ? " danger" : ""}`, "data-at": event.at }, this.body(event));
    this.seen.add(event.seq);
    if (event.type === "message" && event.at > this.latest) this.latest = event.at;
    this.place(element);
    return true;
  }

  /** Show a note: for staff alone. */
  note(note) {
    const key = JSON.stringify(note);
    if (this.notes.has(key)) return;
    this.notes.add(key);
    const head = h("h3", {}, this.desk.t("desk.note_by", { name: note.by }), " ", this.time(note.at));
    this.place(h("li", { class: "note", "data-at": note.at }, head, h("p", { class: "said", dir: "auto" }, note.text)));
  }

  /** Show how a message on its way is doing. */
  show(item) {
    // The event may come before the acknowledgement.
    if (this.arrived.has(item.client_id)) return this.remove(item);
    const element = h("li", { class: "message agent pending" }, this.head("agent", ""), this.said(item.text), this.state(item));
    const before = this.pending.get(item.client_id);
    if (before) before.replaceWith(element);
    else this.list.append(element);
    this.pending.set(item.client_id, element);
    return this.toEnd();
  }

  /** Take a message away that will not be sent. */
  remove({ client_id }) {
    this.pending.get(client_id)?.remove();
    this.pending.delete(client_id);
  }

  /** Show the end of the conversation. */
  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  /** By time, and above what is on its way. */
  place(element) {
    const atEnd = this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < 80;
    const later = [...this.list.children].find((one) => !one.dataset.at || one.dataset.at > element.dataset.at);
    this.list.insertBefore(element, later ?? null);
    if (atEnd) this.toEnd();
  }

  body(event) {
    if (event.reply) return [this.head("assistant", event.at), this.reply(event)];
    const text = event.text || this.desk.t("conversation.wiped");
    if (event.type === "message") return [this.head(event.author, event.at, event.agent), this.said(text)];
    return h("p", { class: isDanger(event) ? "said" : "muted", dir: "auto", lang: this.language }, text, " ", this.time(event.at));
  }

  /** A reply of the computer: its first words, the whole card on demand; danger is never folded. */
  reply(event) {
    const { reply } = event;
    const whole = away(this.desk, card(reply, event.seq, this.desk.replies));
    if (reply.kind !== "answer") return whole;
    const first = h("p", { class: "said", lang: reply.language, dir: direction(reply.language) }, reply.statements[0]?.text ?? "");
    return [first, h("details", {}, h("summary", {}, this.desk.t("desk.whole_answer")), whole)];
  }

  head(author, at, name = null) {
    const who = this.desk.t(`desk.who_${author}`);
    return h("h3", {}, h("bdi", {}, name ? `${name} (${who})` : who), at ? [" ", this.time(at)] : null);
  }

  said(text) {
    return h("p", { class: "said", dir: "auto", lang: this.language }, text);
  }

  time(at) {
    return h("time", { datetime: at, dir: "ltr" }, moment(this.desk, at));
  }

  state(item) {
    const { t } = this.desk;
    if (item.state === "sending" || item.state === "sent") return h("p", { class: "muted" }, t(`talk.${item.state}`));
    return h(
      "div",
      {},
      h("p", { class: "error", dir: "auto" }, item.detail || t("talk.not_sent")),
      h("button", { type: "button", class: "quiet", onclick: () => this.again(item) }, t("talk.again")),
      " ",
      h("button", { type: "button", class: "quiet", onclick: () => this.discard(item) }, t("talk.discard")),
    );
  }
}
