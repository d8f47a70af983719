/** Speaking instead of typing: on the device itself, or by the maker of the browser where the citizen agrees to that. */

import { h } from "../shared/core/dom.js";
import { button, freshId, wrong } from "../shared/parts/field.js";

const SPOKEN = {
  nl: "nl-BE", fr: "fr-BE", de: "de-DE", en: "en-GB", tr: "tr-TR", ar: "ar-MA", uk: "uk-UA", pl: "pl-PL", ro: "ro-RO", es: "es-ES",
};

/** What hears, by the name that the browser has for it. */
function recogniser() {
  const known = /** @type {any} */ (globalThis);
  return known.SpeechRecognition ?? known.webkitSpeechRecognition ?? null;
}

export class Dictation {
  /**
   * @param {HTMLTextAreaElement} field Gets what was heard; sending it is a second act.
   * @param {{ words: Record<string, string>, language: string, kept: import("./kept.js").Kept }} setup
   */
  constructor(field, { words, language, kept }) {
    this.field = field;
    this.words = words;
    this.spoken = SPOKEN[language] ?? language;
    this.kept = kept;
    this.hearing = null;
    this.button = button(words["widget.dictate"], () => this.toggle(), { class: "quiet dictate", hidden: !recogniser() });
    const id = freshId("dictate");
    this.no = button(words["widget.no"], () => this.answer(false), { class: "quiet" });
    this.asked = h(
      "div",
      { class: "notice", role: "group", "aria-labelledby": id, hidden: true },
      h("p", { id }, words["widget.dictate_asked"]),
      h("p", { class: "acts" }, button(words["widget.yes"], () => this.answer(true)), this.no),
    );
  }

  async toggle() {
    if (this.hearing) this.hearing.stop();
    else if (await this.local()) this.begin(true);
    else if (this.kept.value.dictates) this.begin(false);
    else {
      this.asked.hidden = false;
      this.no.focus();
    }
  }

  /** Whether this device can do it itself: then no sound leaves it. */
  async local() {
    try {
      return (await recogniser().available({ langs: [this.spoken], processLocally: true })) === "available";
    } catch {
      return false;
    }
  }

  answer(agreed) {
    this.asked.hidden = true;
    this.button.focus();
    if (!agreed) return;
    this.kept.set({ dictates: true });
    this.begin(false);
  }

  begin(local) {
    const hearing = new (recogniser())();
    Object.assign(hearing, { lang: this.spoken, continuous: true }, local ? { processLocally: true } : {});
    hearing.addEventListener("result", (event) => this.heard([...event.results].slice(event.resultIndex)));
    hearing.addEventListener("error", ({ error }) => error === "no-speech" || error === "aborted" || wrong(this.field, this.words["widget.dictate_failed"]));
    hearing.addEventListener("end", () => this.turn(null));
    wrong(this.field, "");
    this.turn(hearing);
    hearing.start();
  }

  turn(hearing) {
    this.hearing = hearing;
    this.button.textContent = this.words[hearing ? "widget.dictate_stop" : "widget.dictate"];
  }

  heard(results) {
    const said = results.filter((one) => one.isFinal).map((one) => one[0].transcript.trim());
    this.field.value = [this.field.value.trimEnd(), ...said].filter(Boolean).join(" ");
    this.field.dispatchEvent(new Event("input"));
  }
}
