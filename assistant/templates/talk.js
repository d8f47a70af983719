/** The page as a conversation. Without this script the form asks one question at a time, and keeps nothing. */

import { Announcer } from "../widget/shared/core/announcer.js";
import { filled, h } from "../widget/shared/core/dom.js";
import { Kept } from "./kept.js";
import { Menu } from "./menu.js";
import { Outbox } from "../widget/shared/net/outbox.js";
import { spoken } from "../widget/shared/talk/reply.js";
import { Service } from "./service.js";
import { StateLine } from "./state_line.js";
import { Stream } from "./stream.js";
import { Transcript } from "./transcript.js";

const PATIENCE = 500;

class Talk {
  constructor(place) {
    this.settings = JSON.parse(place.dataset.settings);
    this.words = { ...JSON.parse(place.dataset.words), phone: this.settings.phone, file: this.settings.file };
    this.replies = JSON.parse(place.dataset.replies);
    this.form = document.getElementById("ask");
    this.field = document.getElementById("question");
    this.questions = new Set();
    this.busy = false;
    this.kept = new Kept();
    this.service = new Service(this.kept, this.settings);
    this.build(place);
    this.stream = new Stream(this.service, {
      heard: (event, old) => this.heard(event, old),
      state: (online) => this.line.connection(online),
      gone: () => this.gone(),
    });
    this.outbox = new Outbox({
      items: this.kept.value.outbox,
      keep: (items) => this.kept.set({ outbox: items }),
      send: (item) => this.send(item),
      changed: (item) => this.moved(item),
      gone: () => this.gone(),
    });
    this.listen();
    this.restore();
  }

  build(place) {
    const { words, settings } = this;
    const list = h("ol", { class: "messages" });
    const log = h("div", { role: "log", "aria-live": "off", "aria-labelledby": "log", tabindex: "0" }, list);
    this.polite = h("p", { class: "heard", role: "status" });
    this.urgent = h("p", { class: "heard", role: "alert" });
    this.news = h("button", { type: "button", class: "quiet news", hidden: true, onclick: () => this.jump() }, words["talk.new_reply"]);
    this.section = h("section", { class: "talk", hidden: true, "aria-labelledby": "log" }, h("h2", { id: "log" }, words["talk.log"]), log);
    this.announcer = new Announcer(this.polite, this.urgent);
    this.line = new StateLine(words, settings.language, this.announcer);
    place.append(this.section, this.news, this.line.element, this.polite, this.urgent);
    this.transcript = new Transcript(list, words, settings.language, {
      replies: this.replies,
      choose: (option) => this.say(option.label, option.id),
      retry: (item) => this.outbox.again(item),
      discard: (item) => this.discard(item),
    });
    this.menu = new Menu(this.service, words, settings.language, {
      tell: (text) => this.line.tell(text),
      erased: () => this.erase(),
      resumed: () => this.resume(),
    });
    this.form.after(this.menu.element);
    this.tidy();
  }

  /** What the page said for one question without a script is no longer so. */
  tidy() {
    const privacy = document.getElementById("privacy");
    if (privacy) privacy.textContent = this.words["conversation.privacy"];
    this.menu.show(Boolean(this.service.conversation));
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.ask();
    });
    this.field.addEventListener("input", () => this.kept.set({ draft: this.field.value }));
    for (const button of document.querySelectorAll("button[name=person]")) {
      button.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.say(this.words["page.person_question"]);
      });
    }
  }

  restore() {
    if (!this.field.value) this.field.value = this.kept.value.draft;
    for (const item of this.outbox.items) this.moved(item);
    if (this.service.conversation) this.stream.start({ again: true });
    if (this.outbox.items.length) this.outbox.flush();
  }

  ask() {
    const text = this.field.value.trim();
    const length = [...text].length;
    const { max } = this.settings;
    if (!text) return this.wrong(this.words["page.empty"]);
    if (length > max) return this.wrong(filled(this.words["page.too_long"], { n: length, max }));
    this.wrong("");
    this.field.value = "";
    this.kept.set({ draft: "" });
    return this.say(text);
  }

  say(text, option = null) {
    this.section.hidden = false;
    const item = this.outbox.add({ text, option });
    this.transcript.pending.get(item.client_id)?.scrollIntoView({ block: "nearest" });
  }

  async send(item) {
    await this.service.begin();
    await this.service.say(item);
  }

  /** Say what is wrong with what was typed, beside the field; "" takes it away. */
  wrong(words) {
    document.getElementById("error")?.remove();
    this.field.toggleAttribute("aria-invalid", false);
    if (!words) return;
    const label = this.form.querySelector("label");
    label.before(h("p", { class: "error", id: "error", role: "alert" }, words));
    this.field.setAttribute("aria-invalid", "true");
    this.field.setAttribute("aria-describedby", "error");
    this.field.focus();
  }

  /** How a message on its way is doing. */
  moved(item) {
    this.section.hidden = false;
    this.transcript.show(item);
    if (item.state === "sent") {
      this.menu.show(true);
      this.stream.start();
    }
    if (item.state === "not_sent") this.line.down(item.detail || this.words["talk.not_sent"]);
    if (item.state === "refused") this.line.tell(item.detail);
    if (item.state === "sent") this.line.connection(true);
  }

  discard(item) {
    this.outbox.drop(item);
    this.transcript.remove(item);
    this.field.focus();
  }

  /** One event of the conversation, as it comes. */
  heard(event, old) {
    this.section.hidden = false;
    if (event.type === "typing") return this.working(true);
    if (event.client_id) this.outbox.sent(event.client_id);
    const atEnd = this.atEnd();
    const element = this.transcript.add(event);
    this.menu.show(true);
    this.line.standing(event.status);
    this.owed(event);
    if (event.author !== "citizen" && !old) this.arrived(event, element, atEnd);
    return undefined;
  }

  /** Which questions the computer is busy with: those without an answer, unless people have the conversation. */
  owed(event) {
    if (event.status !== "bot" || event.author === "agent") this.questions.clear();
    else if (event.author === "citizen") this.questions.add(event.seq);
    else if (event.in_reply_to) this.questions.delete(event.in_reply_to);
    this.working(this.questions.size > 0);
  }

  arrived(event, element, atEnd) {
    const language = event.reply?.language ?? this.settings.language;
    const danger = event.reply?.reason?.startsWith("danger_");
    this.announcer.say(event.reply ? spoken(event.reply, this.replies) : event.text, language, { urgent: danger });
    if (atEnd) element.scrollIntoView({ block: "start" });
    else {
      this.latest = element;
      this.news.hidden = false;
    }
  }

  jump() {
    this.news.hidden = true;
    this.latest?.scrollIntoView({ block: "start" });
    this.field.focus({ preventScroll: true });
  }

  atEnd() {
    return this.form.getBoundingClientRect().top < innerHeight + 200;
  }

  working(on) {
    if (on === this.busy) return;
    this.busy = on;
    clearTimeout(this.patience);
    this.transcript.working(on);
    const tell = () => this.announcer.say(this.words["talk.searching"], this.settings.language);
    if (on) this.patience = setTimeout(tell, PATIENCE);
  }

  async erase() {
    await this.service.ask("DELETE", "");
    this.menu.back();
    this.leave();
    this.line.tell(this.words["talk.deleted"]);
    this.field.focus();
  }

  /** The conversation is not there any more; what is not sent yet begins another one. */
  gone() {
    const items = this.outbox.items;
    this.leave({ keep: true });
    this.line.tell(this.words["talk.gone"]);
    for (const item of items) this.moved(item);
  }

  leave({ keep = false } = {}) {
    this.stream.stop();
    this.kept.set({ conversation: null });
    if (!keep) this.outbox.clear();
    this.transcript.clear();
    this.questions.clear();
    this.working(false);
    this.menu.show(false);
    this.line.status = "bot";
  }

  resume() {
    this.stream.stop();
    this.transcript.clear();
    this.questions.clear();
    this.working(false);
    this.line.show("");
    this.stream.start({ again: true });
  }
}

const place = document.getElementById("talk");
if (place && "TextDecoderStream" in window && "timeout" in AbortSignal) new Talk(place);
