/** The desk: somebody logs in, works, and leaves. What every part of it shares. */

import { Announcer } from "../shared/core/announcer.js";
import { h } from "../shared/core/dom.js";
import { tick } from "../shared/core/elapsed.js";
import { speaker } from "../shared/core/words.js";
import { Failure } from "../shared/net/api.js";
import { Api } from "./api.js";
import { Drafts } from "./drafts.js";
import { loginDialog, loginPage } from "./login.js";
import { Preferences } from "./preferences.js";
import { Sounds } from "./sounds.js";
import { Workplace } from "./workplace.js";

class DeskPage {
  constructor(place) {
    const { language, max } = JSON.parse(place.dataset.settings);
    Object.assign(this, { place, language, max, state: null, replies: JSON.parse(place.dataset.replies) });
    this.t = speaker(JSON.parse(place.dataset.words));
    this.preferences = new Preferences();
    this.sounds = new Sounds(this.preferences);
    this.api = new Api(language, () => this.logInAgain());
    this.begin();
  }

  async begin() {
    const me = await this.api.whoami().catch(() => null);
    if (me) this.enter(me);
    else this.place.replaceChildren(loginPage(this.api, this.t, (who) => this.enter(who, { focus: true })));
  }

  /** Somebody is in: show the desk. */
  async enter(me, { focus = false } = {}) {
    this.api.me = me;
    this.drafts = new Drafts(me.username);
    try {
      this.state = await this.api.get("/desk");
    } catch (failure) {
      this.place.replaceChildren(this.noDesk(failure));
      return;
    }
    const urgent = h("p", { class: "heard", role: "alert" });
    const polite = h("p", { class: "heard", role: "status" });
    this.announcer = new Announcer(polite, urgent);
    this.words = h("span", {});
    const dismiss = h("button", { type: "button", class: "quiet", onclick: () => this.quiet() }, this.t("desk.dismiss"));
    this.line = h("p", { class: "line", hidden: true }, this.words, " ", dismiss);
    this.offline = h("p", { class: "line offline", hidden: true }, this.t("talk.offline"));
    this.workplace = new Workplace(this);
    const { skip, header, main } = this.workplace;
    main.prepend(this.offline, this.line);
    main.append(polite, urgent);
    this.place.replaceChildren(skip, header.element, main);
    this.place.classList.add("in");
    tick(this.place);
    await this.workplace.start({ focus });
  }

  /** Who has no role here can log out; what failed can be tried again. */
  noDesk(failure) {
    const words = (failure instanceof Failure && failure.detail) || this.t("desk.failed");
    const again = h("button", { type: "button", onclick: () => location.reload() }, this.t("talk.again"));
    const out = h("button", { type: "button", class: "quiet", onclick: () => this.leave() }, this.t("desk.log_out"));
    const told = [h("h1", {}, this.t("desk.title")), h("p", { role: "alert" }, words)];
    return h("main", { class: "alone" }, told, h("p", { class: "acts" }, again, " ", out));
  }

  /** The log-in has ended: over the page, with all that was typed still under it. */
  async logInAgain() {
    const before = this.api.me?.username ?? "";
    const me = await loginDialog(this.api, this.t, before);
    // Somebody else must not see what the one before was doing.
    if (me.username !== before) location.reload();
    return me;
  }

  /** Log out; nothing that was typed stays in this browser. */
  leave() {
    return this.act(async () => {
      await this.api.post("/staff/logout");
      this.drafts.clear();
      location.replace(location.pathname + location.search);
    });
  }

  /** Do something; what went wrong is told, and the answer is whether it was done. */
  async act(does) {
    try {
      await does();
      return true;
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.tell(failure.detail || this.t("desk.failed"), { urgent: true });
      return false;
    }
  }

  /** Show and say something once. */
  tell(words, { urgent = false } = {}) {
    this.words.textContent = words;
    this.line.hidden = false;
    this.say(words, { urgent });
  }

  /** Let something be heard. */
  say(words, { urgent = false, language = this.language } = {}) {
    this.announcer.say(words, language, { urgent });
  }

  quiet() {
    this.line.hidden = true;
    this.workplace.main.focus();
  }

  /** Whether there is a connection: shown while there is none, said once. */
  connection(online) {
    if (this.offline.hidden === online) return;
    this.offline.hidden = online;
    this.say(this.t(online ? "talk.online" : "talk.offline"), { urgent: !online });
  }
}

new DeskPage(document.getElementById("desk"));
