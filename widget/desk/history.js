/** Conversations that are over, or are somebody else's: found by words, site, language, agent and day; taken along. */

import { h, shown } from "../shared/core/dom.js";
import { button, choose, field } from "../shared/parts/field.js";
import { languageName, siteName } from "./names.js";

const DAY = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export class History {
  /**
   * @param {import("./shapes.js").Desk} desk
   * @param {(id: string) => string} address Where a conversation is shown.
   */
  constructor(desk, address) {
    Object.assign(this, { desk, address, before: null });
    const { t } = desk;
    const input = (type) => h("input", { type, autocomplete: "off" });
    this.fields = { q: input("search"), site: choose([]), language: choose([]), agent: input("text"), from: input("date"), to: input("date") };
    const labels = { q: "words", site: "site", language: "language", agent: "agent", from: "from", to: "to" };
    this.form = h(
      "form",
      { class: "search wide", role: "search", onsubmit: (event) => (event.preventDefault(), this.search()) },
      Object.entries(this.fields).map(([name, one]) => field(t(`desk.${labels[name]}`), one)),
      h("p", { class: "acts" }, h("button", { type: "submit" }, t("desk.search"))),
    );
    this.title = h("h2", { id: "history", tabindex: "-1" }, t("desk.view_history"));
    this.count = h("p", { class: "muted" });
    this.list = h("ul", { class: "rows" });
    this.more = button(t("desk.more"), () => this.load(), { class: "quiet", hidden: true });
    this.exports = h("p", { class: "acts", hidden: true });
    this.element = h("section", { class: "view", "aria-labelledby": "history" }, this.title, this.form, this.exports, this.count, this.list, this.more);
  }

  /** Show the newest ones. */
  show() {
    const { sites } = this.desk.state;
    const languages = [...new Set(sites.flatMap((one) => one.languages))];
    const fill = (select, options) => {
      if (select.options.length) return;
      select.append(...choose([["", this.desk.t("desk.all")], ...options]).children);
      select.value = "";
    };
    fill(this.fields.site, sites.map((one) => [one.id, one.name]));
    fill(this.fields.language, languages.map((one) => [one, languageName(this.desk, one)]));
    this.exports.hidden = !this.desk.api.me.roles.some((one) => one.role === "supervisor");
    return this.search();
  }

  chosen() {
    return Object.fromEntries(Object.entries(this.fields).map(([name, one]) => [name, one.value.trim()]).filter(([, value]) => value));
  }

  search() {
    this.before = null;
    this.list.replaceChildren();
    const formats = ["csv", "jsonl"].map((format) =>
      h("a", { class: "button quiet", download: "", href: `/api/v1/desk/history/export?${new URLSearchParams({ ...this.chosen(), format })}` }, this.desk.t("desk.export", { format: format.toUpperCase() })),
    );
    this.exports.replaceChildren(...formats);
    return this.load();
  }

  load() {
    return this.desk.act(async () => {
      const place = this.before ? { before: this.before } : {};
      const found = await this.desk.api.get(`/desk/history?${new URLSearchParams({ ...this.chosen(), ...place, limit: 50 })}`);
      const first = this.list.children.length;
      this.list.append(...found.conversations.map((one) => this.row(one)));
      this.before = found.before;
      this.more.hidden = !found.before;
      const { length } = this.list.children;
      this.count.textContent = length ? this.desk.t("desk.found_n", { n: length }) : this.desk.t("desk.none_found");
      this.desk.say(this.count.textContent);
      if (first) this.list.children[first]?.querySelector("a").focus();
    });
  }

  row(one) {
    const { desk } = this;
    const facts = [
      shown(new Date(one.created_at), desk.language, DAY),
      languageName(desk, one.language),
      one.municipality,
      siteName(desk, one.site),
      desk.t(`desk.status_${one.status}`),
      one.agent,
      desk.t("desk.messages_n", { n: one.messages }),
    ];
    return h(
      "li",
      { class: "row" },
      h("h3", { lang: one.language, dir: "auto" }, h("a", { href: this.address(one.id) }, one.first || desk.t("desk.untitled"))),
      h("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    );
  }
}
