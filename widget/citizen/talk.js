/** A conversation, on a page of its own or in the panel on somebody else's: it is not lost, doubled or pretended. */

import { Announcer } from "../shared/core/announcer.js";
import { h } from "../shared/core/dom.js";
import { Outbox } from "../shared/net/outbox.js";
import { spoken } from "../shared/talk/reply.js";
import { Menu } from "./menu.js";
import { Patience } from "./patience.js";
import { Person } from "./person.js";
import { Service } from "./service.js";
import { StateLine } from "./state_line.js";
import { Stream } from "./stream.js";
import { Transcript } from "./transcript.js";

/** So long after the last sign an agent is not typing any more. */
const TYPED_FOR = 6_000;
/** Who moved the page less than this since the question is still there where it was asked. */
const NEAR = 60;

export class Talk {
  /**
   * @param {object} setup
   * @param {import("./service.js").Settings} setup.settings
   * @param {Record<string, string>} setup.words
   * @param {Record<string, Record<string, string>>} setup.replies Words inside replies, by language.
   * @param {import("./kept.js").Kept} setup.kept
   * @param {import("./composer.js").Composer} setup.composer
   * @param {() => boolean} setup.atEnd Whether the end of the conversation is on the screen.
   * @param {() => number} setup.position How far the reader scrolled.
   * @param {(seq: number) => void} [setup.arrived] Is told of what came in from the other side.
   */
  constructor({ settings, words, replies, kept, composer, atEnd, position, arrived = () => {} }) {
    this.settings = settings;
    this.words = words;
    this.replies = replies;
    this.kept = kept;
    this.composer = composer;
    this.atEnd = atEnd;
    this.position = position;
    this.asked = null;
    this.came = arrived;
    this.questions = new Set();
    this.service = new Service(kept, settings);
    this.build();
    this.stream = new Stream(this.service, {
      heard: (event, old) => this.heard(event, old),
      state: (online) => this.line.connection(online),
      gone: () => this.gone(),
    });
    this.outbox = new Outbox({
      items: kept.value.outbox,
      keep: (items) => kept.set({ outbox: items }),
      send: (item) => this.send(item),
      changed: (item) => this.moved(item),
      gone: () => this.gone(),
    });
    composer.listen({ words, language: settings.language, max: settings.max, say: (text) => this.say(text), typing: () => this.typing() });
  }

  build() {
    const { words, settings } = this;
    const list = h("ol", { class: "messages" });
    const log = h("div", { role: "log", "aria-live": "off", "aria-labelledby": "log", tabindex: "0" }, list);
    this.polite = h("p", { class: "heard", role: "status" });
    this.urgent = h("p", { class: "heard", role: "alert" });
    this.news = h("button", { type: "button", class: "quiet news", hidden: true, onclick: () => this.jump() }, words["talk.new_reply"]);
    this.section = h("section", { class: "talk", hidden: true, "aria-labelledby": "log" }, h("h2", { id: "log" }, words["talk.log"]), log);
    this.types = h("p", { class: "muted types", hidden: true }, words["person.typing"]);
    this.announcer = new Announcer(this.polite, this.urgent);
    this.line = new StateLine(words, settings, {
      announcer: this.announcer,
      leave: () => this.composer.focus(),
      acts: {
        with_agent: [[words["talk.end"], () => this.menu.try(() => this.menu.end())]],
        closed: [
          [words["page.new_question"], () => this.composer.focus()],
          [words["talk.save"], () => this.menu.try(() => this.menu.save())],
        ],
      },
    });
    this.person = new Person(this);
    this.transcript = new Transcript(list, this, {
      choose: (option) => this.say(option.label, option.id),
      other: () => this.composer.focus(),
      person: () => this.person.open(),
      retry: (item) => this.outbox.again(item),
      discard: (item) => this.discard(item),
    });
    this.patience = new Patience(this);
    this.menu = new Menu(this);
    this.menu.show(Boolean(this.service.conversation));
  }

  /** What is shown of it, in order; the composer stands after it. */
  get parts() {
    return [this.section, this.types, this.person.element, this.news, this.line.element, this.polite, this.urgent];
  }

  /** Show again what was on the screen before, and send what was not sent. */
  restore() {
    for (const item of this.outbox.items) this.moved(item);
    if (this.service.conversation) this.stream.start({ again: true });
    if (this.outbox.items.length) this.outbox.flush();
  }

  /** Leave the page: follow no more; what is kept stays. */
  leavePage() {
    this.stream.stop();
    this.person.close();
    this.patience.working(false);
  }

  say(text, option = null) {
    this.section.hidden = false;
    const item = this.outbox.add({ text, option });
    this.transcript.pending.get(item.client_id)?.scrollIntoView({ block: "nearest" });
    this.asked = this.position();
    if (this.line.status === "bot" || this.line.status === "closed") this.patience.expect();
  }

  async send(item) {
    await this.service.begin();
    await this.service.say(item);
  }

  /** Only a person needs to know that somebody is typing. */
  typing() {
    if (this.line.status === "with_agent") this.service.ask("POST", "/typing").catch(() => {});
  }

  /** How a message on its way is doing. */
  moved(item) {
    this.section.hidden = false;
    this.transcript.show(item);
    if (item.state === "sent") {
      this.menu.show(true);
      this.stream.start();
    }
    if (item.state === "not_sent" || item.state === "refused") this.patience.end();
    if (item.state === "not_sent") this.line.down(item.detail || this.words["talk.not_sent"]);
    if (item.state === "refused") this.line.tell(item.detail);
    if (item.state === "sent") this.line.connection(true);
  }

  discard(item) {
    this.outbox.drop(item);
    this.transcript.remove(item);
    this.composer.focus();
  }

  /** One event of the conversation, as it comes. */
  heard(event, old) {
    this.section.hidden = false;
    if (event.type === "typing") return event.author === "agent" ? this.agentTypes(true) : this.patience.working(true);
    if (event.client_id) this.outbox.sent(event.client_id);
    // Asking where the end is makes the browser lay everything out: not for each of what is only shown again.
    const atEnd = !old && this.atEnd();
    const element = this.transcript.add(event);
    this.menu.show(true);
    this.line.standing(event.status);
    this.person.standing(event.status);
    this.owed(event);
    if (event.author !== "citizen" && !old) this.arrived(event, element, atEnd);
    if (event.author !== "citizen") this.came(event.seq);
    return undefined;
  }

  /** Which questions the computer is busy with: those without an answer, unless people have the conversation. */
  owed(event) {
    if (event.status !== "bot" || event.author === "agent") this.questions.clear();
    else if (event.author === "citizen") this.questions.add(event.seq);
    else if (event.in_reply_to) this.questions.delete(event.in_reply_to);
    this.patience.working(this.questions.size > 0);
  }

  arrived(event, element, atEnd) {
    const language = event.reply?.language ?? this.settings.language;
    const danger = event.reply?.reason?.startsWith("danger_");
    this.announcer.say(event.reply ? spoken(event.reply, this.replies) : event.text, language, { urgent: danger });
    if (event.author === "agent") this.agentTypes(false);
    // Who asked and stayed there reads the answer from its first line; who scrolled away is not moved.
    const waits = this.asked !== null && Math.abs(this.position() - this.asked) < NEAR;
    this.asked = null;
    if (atEnd || waits) element.scrollIntoView({ block: "start" });
    else {
      this.latest = element;
      this.news.hidden = false;
    }
  }

  jump() {
    this.composer.focus();
    this.news.hidden = true;
    this.latest?.scrollIntoView({ block: "start" });
  }

  agentTypes(on) {
    clearTimeout(this.typed);
    this.types.hidden = !on;
    if (on) this.typed = setTimeout(() => this.agentTypes(false), TYPED_FOR);
  }

  async erase() {
    await this.service.ask("DELETE", "");
    this.menu.back();
    this.leave();
    this.line.tell(this.words["talk.deleted"]);
    this.composer.focus();
  }

  /** The conversation is not there any more; what is not sent yet begins another one. */
  gone() {
    const items = this.outbox.items;
    this.leave({ keep: true });
    this.line.tell(this.words["talk.gone"]);
    for (const item of items) this.moved(item);
  }

  leave({ keep = false } = {}) {
    this.kept.set({ conversation: null, seen: 0 });
    if (!keep) this.outbox.clear();
    this.menu.show(false);
    this.line.standing("bot");
    this.empty();
  }

  /** Go on with the conversation that a code opened. */
  resume() {
    this.empty();
    this.line.show("");
    this.stream.start({ again: true });
  }

  empty() {
    this.stream.stop();
    this.person.close();
    this.transcript.clear();
    this.questions.clear();
    this.patience.working(false);
    this.agentTypes(false);
  }
}
