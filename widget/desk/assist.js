/** What the assistant would say: with how sure it is, why and from where. It goes to the text box, never to the citizen. */

import { h } from "../shared/core/dom.js";
import { card, plain } from "../shared/talk/reply.js";
import { button, field } from "../shared/parts/field.js";
import { away } from "./links.js";

export class Assist {
  /**
   * @param {import("./shapes.js").Desk} desk
   * @param {(words: string) => void} insert Puts words in the text box.
   */
  constructor(desk, insert) {
    Object.assign(this, { desk, insert, conversation: null, asked: 0, latest: null });
    const { t } = desk;
    this.title = h("h2", { id: "help", tabindex: "-1" }, t("desk.help"));
    this.place = h("div", {});
    this.fresh = button(t("desk.fresh_suggestion"), () => this.showLatest(), { hidden: true, class: "quiet" });
    this.query = h("input", { type: "search", autocomplete: "off", maxlength: String(desk.max) });
    const search = (event) => {
      event.preventDefault();
      if (this.query.value.trim()) desk.act(() => this.load(this.query.value.trim(), { heard: true }));
    };
    this.search = h("form", { class: "search", role: "search", onsubmit: search }, field(t("desk.search_own"), this.query), h("button", { type: "submit", class: "quiet" }, t("desk.search")));
    this.element = h("section", { class: "help", "aria-labelledby": "help" }, this.title, this.search, this.fresh, this.place);
    this.show(null, false);
  }

  /** Help with a conversation; null for none. */
  show(conversation, mine) {
    Object.assign(this, { conversation, mine });
    this.asked += 1;
    this.fresh.hidden = true;
    this.query.value = "";
    this.search.hidden = !conversation;
    this.place.replaceChildren(h("p", { class: "muted" }, conversation ? this.desk.t("desk.searching") : this.desk.t("desk.help_later")));
    if (conversation) this.load().catch(() => this.place.replaceChildren(h("p", {}, this.desk.t("desk.no_suggestion"))));
  }

  /** The citizen wrote: look again, and change nothing under somebody who reads or types here. */
  async renew() {
    if (!this.conversation) return;
    if (!this.element.contains(document.activeElement) && !this.element.matches(":hover")) await this.load().catch(() => {});
    else this.fresh.hidden = false;
  }

  async showLatest() {
    await this.desk.act(() => this.load());
    this.title.focus();
  }

  async load(question = "", { heard = false } = {}) {
    const run = (this.asked += 1);
    const path = `/desk/conversations/${this.conversation}/suggestions`;
    const found = await this.desk.api.get(question ? `${path}?${new URLSearchParams({ question })}` : path);
    if (run !== this.asked) return;
    this.fresh.hidden = true;
    this.place.replaceChildren(...this.suggestion(found));
    if (heard) this.desk.say(this.desk.t(`desk.certainty_${found.certainty}`));
  }

  suggestion(found) {
    const { desk } = this;
    const { t } = desk;
    const sure = h("p", { class: `certainty ${found.certainty}` }, h("strong", {}, t(`desk.certainty_${found.certainty}`)));
    if (!found.reply || found.certainty === "none") return [sure, found.question ? h("p", { class: "muted" }, t("desk.about", { question: found.question })) : null].filter(Boolean);
    const put = button(t("desk.put_ready"), () => this.insert(plain(found.reply, desk.replies)), { class: "put" });
    return [
      sure,
      h("p", { class: "muted", dir: "auto" }, t("desk.about", { question: found.question })),
      this.mine ? put : null,
      away(desk, card(found.reply, "suggestion", desk.replies)),
      this.why(found.why),
    ].filter(Boolean);
  }

  why(why) {
    const { t } = this.desk;
    if (!why) return null;
    const found = h(
      "details",
      {},
      h("summary", {}, t("desk.why_this")),
      why.words.length ? h("p", {}, t("desk.why_words", { words: why.words.join(", ") })) : null,
      why.section ? h("p", {}, t("desk.why_section", { section: this.desk.replies[this.desk.language]?.[`sections.${why.section}`] ?? why.section })) : null,
      why.second ? h("p", {}, t("desk.why_second"), " ", h("a", { href: `/pages/${why.second.page_id}` }, why.second.title)) : null,
    );
    return away(this.desk, found);
  }
}
