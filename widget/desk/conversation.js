/** One conversation on the desk: the brief on top, what was said, what I write, what I can do with it. */

import { h } from "../shared/core/dom.js";
import { Failure } from "../shared/net/api.js";
import { button } from "../shared/parts/field.js";
import { Acts } from "./acts.js";
import { briefList } from "./brief.js";
import { Composer } from "./composer.js";
import { factsOf, titleOf } from "./names.js";
import { Transcript } from "./transcript.js";

export class Conversation {
  /**
   * @param {import("./shapes.js").Desk} desk
   * @param {object} does
   * @param {import("../shared/net/outbox.js").Outbox} does.outbox
   * @param {(shown: object|null) => void} does.shown Is told what is shown now.
   * @param {(event: object) => void} does.news Is told what was said since it was opened.
   * @param {() => void} does.left Is told that it is not mine any more.
   */
  constructor(desk, { outbox, shown, news, left }) {
    Object.assign(this, { desk, outbox, shown, news, left, id: null, found: null });
    const { t } = desk;
    this.title = h("h2", { id: "conversation", tabindex: "-1" }, t("desk.no_conversation"));
    this.facts = h("p", { class: "facts" });
    this.standing = h("p", { class: "standing" });
    this.brief = h("details", { class: "folded" });
    this.typing = h("p", { class: "muted typing" }, " ");
    this.transcript = new Transcript(desk, { again: (item) => outbox.again(item), discard: (item) => this.discard(item) });
    this.composer = new Composer(desk, {
      send: (text) => outbox.add({ conversation: this.id, text }),
      note: (text) => this.note(text),
      typing: () => desk.api.post(`/desk/conversations/${this.id}/typing`).catch(() => {}),
    });
    this.acts = new Acts(desk, (words, { leaves }) => this.done(words, leaves));
    this.cases = h("ul", { class: "plain" });
    this.body = h("div", { class: "body", hidden: true }, this.facts, this.standing, this.acts.element, this.brief, this.cases, this.transcript.element, this.typing, this.composer.element);
    this.element = h("section", { class: "talk", "aria-labelledby": "conversation" }, this.title, this.body);
  }

  /** Show a conversation, or none. Throws Failure. */
  async open(id, { focus = false } = {}) {
    const run = (this.run = {});
    const found = id ? await this.desk.api.get(`/desk/conversations/${id}`) : null;
    if (this.run !== run) return;
    const again = this.id === id;
    Object.assign(this, { id, found });
    this.body.hidden = !found;
    if (!found) this.title.textContent = this.desk.t("desk.no_conversation");
    else this.fill(found, again);
    this.shown(found);
    if (focus) this.title.focus();
  }

  fill(found, again) {
    const { desk } = this;
    const { conversation } = found;
    const about = { ...conversation, ...found.handover, brief: found.brief };
    this.title.textContent = titleOf(desk, about);
    this.facts.textContent = factsOf(desk, about).join(" · ");
    const open = again ? this.brief.open : !found.events.some((one) => one.author === "agent");
    this.showBrief(found.brief);
    this.brief.open = open;
    if (!again) this.transcript.clear(conversation.language);
    for (const event of found.events) {
      if (again) this.add(event);
      else this.transcript.add(event);
    }
    for (const note of found.notes) this.transcript.note(note);
    for (const item of this.outbox.items) if (item.conversation === this.id) this.transcript.show(item);
    this.showCases(found.cases ?? []);
    if (!again) {
      this.transcript.toEnd();
      this.composer.show(this.id, conversation.language);
      this.acts.show(found);
    }
    this.allow(found);
  }

  showBrief(brief) {
    const json = JSON.stringify(brief);
    this.brief.hidden = !brief;
    if (json === this.brief.dataset.shown) return;
    this.brief.dataset.shown = json;
    this.brief.replaceChildren(h("summary", {}, this.desk.t("desk.brief")), brief ? briefList(this.desk, brief) : "");
  }

  /** What I may do with it: write where it is mine; where it waits, take it; else only read. */
  allow(found) {
    const { t } = this.desk;
    for (const [part, mine] of [[this.composer, found.yours_to_write], [this.acts, found.mine]]) {
      // What takes the focus along is gone: the title says what the conversation is now.
      if (!mine && part.element.contains(document.activeElement)) this.title.focus();
      part.element.hidden = !mine;
    }
    const words = found.mine ? "" : t(`desk.not_yours_${found.conversation.status}`);
    const waits = !found.mine && found.conversation.status === "waiting" && found.handover;
    const take = waits ? button(t("desk.claim"), () => this.take(found.handover.id)) : null;
    this.standing.replaceChildren(words, ...(take ? [" ", take] : []));
    this.standing.hidden = !words;
  }

  take(handover) {
    return this.desk.act(async () => {
      await this.desk.api.post(`/desk/handovers/${handover}/claim`);
      await this.open(this.id);
      this.composer.focus("reply");
    });
  }

  showCases(cases) {
    const { t } = this.desk;
    this.cases.hidden = !cases.length;
    const items = cases.map((one) => h("li", {}, h("a", { href: `#cases/${one.reference}` }, `${t(`desk.kind_${one.kind}`)} ${one.reference}`), ` · ${t(`desk.state_${one.state}`)}`));
    this.cases.replaceChildren(...items);
  }

  /** An event of this conversation, as it comes. */
  heard(event) {
    this.add(event);
    if (event.status && event.status !== this.found.conversation.status) this.refresh();
  }

  add(event) {
    if (event.client_id) this.outbox.sent(event.client_id);
    if (!this.transcript.add(event)) return;
    this.typing.textContent = " ";
    if (event.author === "agent") this.brief.open = false;
    this.news(event);
  }

  /** What the desk says of it: where that is more than what is shown, it is read again. */
  follow(mine) {
    if (mine.last && mine.last.at > this.transcript.latest) this.refresh();
  }

  /** Read it again: something changed that is in no event. */
  async refresh() {
    try {
      if (this.id) await this.open(this.id);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (failure.kind !== "gone") return;
      this.leave(this.desk.t("desk.not_mine"));
    }
  }

  /** The citizen is typing: seen for a while, never heard. */
  citizenTypes() {
    this.typing.textContent = this.desk.t("desk.citizen_types");
    clearTimeout(this.forget);
    this.forget = setTimeout(() => (this.typing.textContent = " "), 6_000);
  }

  /** How a message of mine on its way is doing. */
  moved(item) {
    if (item.conversation === this.id && this.found) this.transcript.show(item);
  }

  discard(item) {
    this.outbox.drop(item);
    this.transcript.remove(item);
    this.composer.focus("reply");
  }

  async note(text) {
    await this.desk.api.post(`/desk/conversations/${this.id}/notes`, { text });
    this.desk.say(this.desk.t("desk.note_saved"));
    await this.refresh();
  }

  async done(words, leaves) {
    if (leaves) return this.leave(words);
    this.desk.tell(words);
    return this.refresh();
  }

  /** It is not here any more: show none, and say why. */
  leave(words) {
    this.open(null);
    this.desk.tell(words);
    this.left();
  }
}
