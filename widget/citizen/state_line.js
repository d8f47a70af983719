/** The line above the form: who has the word where it is not the computer, and whether there is a connection. */

import { filled, focusedBeside, h } from "../shared/core/dom.js";
import { button } from "../shared/parts/field.js";

const STANDING = { waiting: "talk.waiting", with_agent: "talk.with_agent", closed: "talk.closed" };

export class StateLine {
  /**
   * @param {Record<string, string>} words
   * @param {import("./service.js").Settings} settings
   * @param {{ announcer: import("../shared/core/announcer.js").Announcer, acts: Record<string, [string, () => void][]>,
   *   leave: () => void }} does `acts` has what can be done, by who has the word; `leave` gives the focus another place.
   */
  constructor(words, { language, phone }, { announcer, acts, leave }) {
    this.words = words;
    this.language = language;
    this.phone = phone;
    this.announcer = announcer;
    this.text = h("p", { class: "state", hidden: true });
    this.ways = h("p", { class: "acts", hidden: true });
    this.element = h("div", { class: "standing" }, this.text, this.ways);
    this.acts = acts;
    this.leave = leave;
    this.status = "bot";
    this.online = true;
  }

  /** Show who has the word. */
  standing(status) {
    if (status !== this.status) this.offer(this.acts[status] ?? []);
    this.status = status;
    this.show(this.words[STANDING[status]] ?? "");
  }

  /** Show whether there is a connection, when that changes. */
  connection(online) {
    if (online === this.online) return;
    if (!online) this.down(this.words["talk.offline"]);
    else {
      this.online = true;
      this.standing(this.status);
      this.announcer.say(this.words["talk.online"], this.language);
    }
  }

  /** The service cannot be reached: say so once, and how a person can. */
  down(words) {
    const text = `${words} ${filled(this.words["talk.down"], { phone: this.phone })}`;
    if (this.online) this.announcer.say(text, this.language, { urgent: true });
    this.online = false;
    this.show(text);
  }

  /** Show and say something once. */
  tell(text) {
    this.show(text);
    this.announcer.say(text, this.language);
  }

  show(words) {
    this.text.textContent = words;
    this.text.hidden = !words;
  }

  offer(acts) {
    if (this.ways.contains(focusedBeside(this.ways))) this.leave();
    this.ways.replaceChildren(...acts.map(([words, does]) => button(words, does, { class: "quiet" })));
    this.ways.hidden = !acts.length;
  }
}
