/** Where a citizen writes: what is being written is kept, and what is wrong with it is said beside it. */

import { filled } from "../shared/core/dom.js";
import { wrong } from "../shared/parts/field.js";
import { Dictation } from "./dictation.js";

const TYPING_EVERY = 4_000;

export class Composer {
  /**
   * @param {HTMLFormElement} form Has the field in it.
   * @param {HTMLTextAreaElement} field
   * @param {import("./kept.js").Kept} kept
   */
  constructor(form, field, kept) {
    this.form = form;
    this.field = field;
    this.kept = kept;
    this.typed = 0;
    if (!field.value) field.value = kept.value.draft;
  }

  /**
   * @param {object} does
   * @param {Record<string, string>} does.words
   * @param {string} does.language
   * @param {number} does.max The longest message, in characters.
   * @param {(text: string) => void} does.say
   * @param {() => void} does.typing
   */
  listen({ words, language, max, say, typing }) {
    this.words = words;
    this.max = max;
    this.say = say;
    this.typing = typing;
    const { button, asked } = new Dictation(this.field, { words, language, kept: this.kept });
    const row = this.form.querySelector(".label");
    if (row) row.append(button);
    else this.form.querySelector("button[type=submit]")?.after(" ", button);
    this.form.append(asked);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.ask();
    });
    this.field.addEventListener("input", () => {
      this.kept.set({ draft: this.field.value });
      if (Date.now() - this.typed < TYPING_EVERY) return;
      this.typed = Date.now();
      this.typing();
    });
  }

  ask() {
    const text = this.field.value.trim();
    const length = [...text].length;
    const { words, max } = this;
    const ill = !text ? words["page.empty"] : length > max ? filled(words["page.too_long"], { n: length, max }) : "";
    wrong(this.field, ill);
    if (ill) return;
    this.field.value = "";
    this.kept.set({ draft: "" });
    this.say(text);
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }
}
