/** The line above the form: who has the word where it is not the computer, and whether there is a connection. */

import { filled, h } from "../shared/core/dom.js";

const STANDING = { waiting: "talk.waiting", with_agent: "talk.with_agent", closed: "talk.closed" };

export class StateLine {
  constructor(words, { language, phone }, announcer) {
    Object.assign(this, { words, language, phone, announcer });
    this.element = h("p", { class: "state", hidden: true });
    this.status = "bot";
    this.online = true;
  }

  /** Show who has the word. */
  standing(status) {
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
    this.element.textContent = words;
    this.element.hidden = !words;
  }
}
