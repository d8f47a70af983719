/** While nothing comes back: after half a second that the computer looks, after six how a person can be reached. */

import { filled, focusedBeside, h, link } from "../shared/core/dom.js";

const SOON = 500;
const LATE = 6_000;

export class Patience {
  /** @param {import("./talk.js").Talk} talk */
  constructor(talk) {
    const { words, settings } = talk;
    this.talk = talk;
    this.busy = false;
    this.language = settings.language;
    this.late = filled(words["talk.slow"], { phone: settings.phone });
    const [before, after] = words["talk.slow"].split("{phone}");
    const phone = link(`tel:${settings.phone.replaceAll(" ", "")}`, h("bdi", { dir: "ltr" }, settings.phone), { class: "phone" });
    const person = h("button", { type: "button", class: "quiet", onclick: () => talk.person.open() }, words["page.person"]);
    this.notice = h("li", { class: "late" }, h("p", {}, before, phone, after), h("p", {}, person));
  }

  /** Something was said: from now on an answer is expected, unless people have the conversation. */
  expect() {
    this.timer ??= setTimeout(() => this.tell(), LATE);
  }

  /** The computer is busy with an answer, or no longer. */
  working(on) {
    if (on) this.expect();
    else this.end();
    if (on === this.busy) return;
    this.busy = on;
    clearTimeout(this.soon);
    if (on) this.soon = setTimeout(() => this.searching(), SOON);
    else this.talk.transcript.working(false);
  }

  searching() {
    this.talk.transcript.working(true);
    this.talk.announcer.say(this.talk.words["talk.searching"], this.language);
  }

  /** Nothing is waited for. */
  end() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.notice.contains(focusedBeside(this.notice))) this.talk.composer.focus();
    this.notice.remove();
  }

  tell() {
    this.talk.transcript.list.append(this.notice);
    this.notice.scrollIntoView({ block: "nearest" });
    this.talk.announcer.say(this.late, this.language);
  }
}
