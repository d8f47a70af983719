/** Two text boxes that cannot be mixed up: one to the citizen, one for a note that no citizen ever sees. */

import { h } from "../shared/core/dom.js";
import { field, radios, wrong } from "../shared/parts/field.js";

const TYPING_EVERY = 4_000;

export class Composer {
  /**
   * @param {import("./shapes.js").Desk} desk
   * @param {object} does
   * @param {(text: string) => void} does.send Sends to the citizen.
   * @param {(text: string) => Promise<void>} does.note Keeps a note; fails where it was not kept.
   * @param {() => void} does.typing Tells the citizen that somebody is typing.
   */
  constructor(desk, { send, note, typing }) {
    Object.assign(this, { desk, typing, conversation: null, typed: 0 });
    const { t } = desk;
    this.reply = this.box("reply", t("desk.reply"), t("desk.reply_hint"), t("desk.send"), (text) => send(text));
    this.note = this.box("note", t("desk.note"), t("desk.note_hint"), t("desk.save_note"), note);
    const kinds = [["reply", t("desk.to_citizen")], ["note", t("desk.to_staff")]];
    this.which = radios(t("desk.write"), "which", kinds, "reply");
    this.which.addEventListener("change", (event) => this.choose(event.target.value));
    this.element = h("div", { class: "composer" }, this.which, this.reply.form, this.note.form);
    this.choose("reply");
  }

  box(kind, label, hint, words, does) {
    const { desk } = this;
    const area = h("textarea", { id: kind, rows: "3", autocomplete: "off", dir: "auto" });
    const box = { area };
    const submit = async () => {
      const text = area.value.trim();
      if (this.refused(area, text)) return;
      const conversation = this.conversation;
      if (kind === "reply") this.put(box, "");
      await does(text);
      if (kind === "note" && this.conversation === conversation && area.value.trim() === text) this.put(box, "");
    };
    area.addEventListener("input", () => {
      desk.drafts.set(this.conversation, kind, area.value);
      if (kind === "reply") this.tell();
    });
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
        event.preventDefault();
        box.form.requestSubmit();
      }
    });
    box.form = h(
      "form",
      { class: `box to-${kind}`, novalidate: true },
      field(label, area, hint),
      h("button", { type: "submit" }, words),
    );
    box.form.addEventListener("submit", (event) => {
      event.preventDefault();
      desk.act(submit);
    });
    return box;
  }

  refused(area, text) {
    const { t, max } = this.desk;
    const length = [...text].length;
    const words = !text ? t("desk.write_first") : length > max ? t("page.too_long", { n: length, max }) : "";
    wrong(area, words);
    return Boolean(words);
  }

  /** Write in a conversation, with what was being written there. */
  show(conversation, language) {
    this.conversation = conversation;
    for (const [kind, { area }] of Object.entries({ reply: this.reply, note: this.note })) {
      wrong(area, "");
      area.value = this.desk.drafts.get(conversation, kind);
    }
    this.reply.area.lang = language;
    this.choose("reply");
  }

  /** Show one of the two boxes. */
  choose(kind) {
    this.reply.form.hidden = kind !== "reply";
    this.note.form.hidden = kind !== "note";
    this.which.querySelector(`[value=${kind}]`).checked = true;
    this.element.classList.toggle("noting", kind === "note");
  }

  /** Let somebody write, in one of the two. */
  focus(kind) {
    this.choose(kind);
    this[kind].area.focus();
  }

  /** Put words where the caret is, to be read, changed and sent by a person. */
  insert(words) {
    this.focus("reply");
    const { area } = this.reply;
    const before = area.value.slice(0, area.selectionStart);
    const gap = before && !before.endsWith("\n") ? "\n" : "";
    area.setRangeText(gap + words, area.selectionStart, area.selectionEnd, "end");
    this.desk.drafts.set(this.conversation, "reply", area.value);
  }

  put(box, text) {
    box.area.value = text;
    this.desk.drafts.set(this.conversation, box === this.note ? "note" : "reply", text);
  }

  tell() {
    if (Date.now() - this.typed < TYPING_EVERY) return;
    this.typed = Date.now();
    this.typing();
  }
}
