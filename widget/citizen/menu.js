/** What one can do with a conversation: stop it, take it along, go on elsewhere, erase it. */

import { filled, h, shown } from "../shared/core/dom.js";
import { Failure } from "../shared/net/api.js";
import { wrong } from "../shared/parts/field.js";

const MOMENT = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export class Menu {
  /** @param {import("./talk.js").Talk} talk */
  constructor(talk) {
    const { words, settings } = talk;
    this.talk = talk;
    this.words = words;
    this.settings = settings;
    this.service = talk.service;
    this.language = settings.language;
    const act = (words_, does) => h("button", { type: "button", class: "quiet", onclick: () => this.try(does) }, words_);
    this.own = h(
      "div",
      { class: "acts" },
      act(words["widget.print"], () => (settings.print ?? (() => print()))()),
      act(words["talk.save"], () => this.save()),
      settings.mails ? this.mailForm() : null,
      act(words["talk.code"], () => this.code()),
      act(words["talk.end"], () => this.end()),
      (this.erase = act(words["talk.delete"], () => this.sure())),
    );
    this.body = h("div", { class: "menu-body" }, this.own, this.codeForm());
  }

  /** Show what fits: with a conversation all of it, without one only the way to take one up. */
  show(open) {
    this.own.hidden = !open;
  }

  tell(text) {
    this.talk.line.tell(text);
  }

  async try(does) {
    try {
      await does();
    } catch (failure) {
      const down = filled(this.words["talk.down"], { phone: this.settings.phone });
      this.tell(failure instanceof Failure && failure.detail ? failure.detail : down);
    }
  }

  async end() {
    await this.service.ask("POST", "/end");
  }

  async save() {
    const response = await this.service.ask("GET", "/transcript", { accept: "text/plain" });
    const address = URL.createObjectURL(await response.blob());
    h("a", { href: address, download: `${this.settings.file}.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  async code() {
    const response = await this.service.ask("POST", "/resume-code");
    const { code, expires_at } = await response.json();
    const date = shown(new Date(expires_at), this.language, MOMENT);
    this.tell(filled(this.words["talk.code_is"], { code: `${code.slice(0, 4)}-${code.slice(4)}`, date }));
  }

  sure() {
    const yes = h("button", { type: "button", onclick: () => this.try(() => this.talk.erase()) }, this.words["talk.delete"]);
    const no = h("button", { type: "button", class: "quiet", onclick: () => this.back() }, this.words["talk.keep"]);
    const asked = h("div", { role: "group", "aria-labelledby": "sure" }, h("p", { id: "sure" }, this.words["talk.delete_sure"]), h("p", { class: "acts" }, yes, no));
    this.asked = asked;
    this.own.replaceWith(asked);
    no.focus();
  }

  back() {
    this.asked?.replaceWith(this.own);
    this.asked = null;
    this.erase.focus();
  }

  mailForm() {
    const { words } = this;
    const input = h("input", { id: "mail", name: "mail", type: "email", autocomplete: "email", dir: "ltr" });
    const send = async () => {
      const address = input.value.trim();
      try {
        await this.service.ask("POST", "/transcript/mail", { body: { address } });
        wrong(input, "");
        this.tell(words["widget.mailed"]);
      } catch (failure) {
        if (failure.kind !== "refused") throw failure;
        wrong(input, failure.detail);
      }
    };
    const label = h("label", { for: "mail" }, words["person.address"]);
    const submit = h("button", { type: "submit", class: "quiet" }, words["widget.mail"]);
    return this.form(send, label, input, submit);
  }

  codeForm() {
    const input = h("input", { id: "code", name: "code", autocomplete: "off", autocapitalize: "characters", maxlength: "20", dir: "ltr" });
    const take = async () => {
      if (!input.value.trim()) return;
      await this.service.resume(input.value);
      input.value = "";
      this.talk.resume();
    };
    const label = h("label", { for: "code" }, this.words["talk.code_input"]);
    return this.form(take, label, input, h("button", { type: "submit", class: "quiet" }, this.words["talk.resume"]));
  }

  form(does, label, input, submit) {
    const onsubmit = (event) => {
      event.preventDefault();
      this.try(does);
    };
    return h("form", { class: "one", novalidate: true, onsubmit }, label, input, " ", submit);
  }
}
