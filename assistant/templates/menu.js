/** What one can do with a conversation: stop it, take it along, go on elsewhere, erase it. */

import { filled, h, shown } from "../widget/shared/core/dom.js";
import { Failure } from "../widget/shared/net/api.js";

const MOMENT = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export class Menu {
  /** `acts` are {erased, resumed}; `tell(text)` shows and says what came of it. */
  constructor(service, words, language, { tell, erased, resumed }) {
    Object.assign(this, { service, words, language, tell, erased, resumed });
    const act = (name, does) => h("button", { type: "button", class: "quiet", onclick: () => this.try(does) }, words[`talk.${name}`]);
    this.own = h(
      "div",
      { class: "acts" },
      act("save", () => this.save()),
      act("code", () => this.code()),
      act("end", () => service.ask("POST", "/end")),
      (this.erase = act("delete", () => this.sure())),
    );
    this.element = h("details", { class: "menu" }, h("summary", {}, words["talk.menu"]), this.own, this.codeForm());
  }

  /** Show what fits: with a conversation all of it, without one only the way to take one up. */
  show(open) {
    this.own.hidden = !open;
  }

  async try(does) {
    try {
      await does();
    } catch (failure) {
      const down = filled(this.words["talk.down"], { phone: this.words.phone });
      this.tell(failure instanceof Failure && failure.detail ? failure.detail : down);
    }
  }

  async save() {
    const response = await this.service.ask("GET", "/transcript", { accept: "text/plain" });
    const address = URL.createObjectURL(await response.blob());
    h("a", { href: address, download: `${this.words.file}.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  async code() {
    const response = await this.service.ask("POST", "/resume-code");
    const { code, expires_at } = await response.json();
    const date = shown(new Date(expires_at), this.language, MOMENT);
    this.tell(filled(this.words["talk.code_is"], { code: `${code.slice(0, 4)}-${code.slice(4)}`, date }));
  }

  sure() {
    const yes = h("button", { type: "button", onclick: () => this.try(() => this.erased()) }, this.words["talk.delete"]);
    const no = h("button", { type: "button", class: "quiet", onclick: () => back() }, this.words["talk.keep"]);
    const asked = h("div", { role: "group", "aria-labelledby": "sure" }, h("p", { id: "sure" }, this.words["talk.delete_sure"]), yes, " ", no);
    const back = () => {
      asked.replaceWith(this.own);
      this.erase.focus();
    };
    this.own.replaceWith(asked);
    no.focus();
    this.back = back;
  }

  codeForm() {
    const field = h("input", { id: "code", name: "code", autocomplete: "off", autocapitalize: "characters", maxlength: "20", dir: "ltr" });
    const submit = (event) => {
      event.preventDefault();
      if (field.value.trim()) this.try(() => this.take(field));
    };
    return h(
      "form",
      { class: "code", onsubmit: submit },
      h("label", { for: "code" }, this.words["talk.code_input"]),
      field,
      " ",
      h("button", { type: "submit", class: "quiet" }, this.words["talk.resume"]),
    );
  }

  async take(field) {
    await this.service.resume(field.value);
    field.value = "";
    this.resumed();
  }
}
