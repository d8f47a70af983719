/** Call-backs and tickets: which are to be done, the late ones first, and one of them opened beside the list. */

import { h } from "../shared/core/dom.js";
import { choose, field } from "../shared/parts/field.js";
import { Rows } from "../shared/parts/rows.js";
import { Case } from "./case.js";
import { languageName, moment, siteName, windowOf } from "./names.js";

const STATES = ["open", "assigned", "waiting", "solved", "closed"];

/** When something is due, or within which time somebody is called. */
export function dueOf(desk, one) {
  return one.window ? windowOf(desk, one.window) : moment(desk, one.due_at);
}

export class Cases {
  /** @param {import("./shapes.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    const { t } = desk;
    const all = ["", t("desk.all")];
    this.fields = {
      kind: choose([all, ...["callback", "ticket"].map((one) => [one, t(`desk.kind_${one}`)])]),
      state: choose([all, ...STATES.map((one) => [one, t(`desk.state_${one}`)])]),
      owner: choose([all, ["me", t("desk.owner_me")]]),
      late: choose([all, ["true", t("desk.late")]]),
    };
    this.title = h("h2", { id: "cases", tabindex: "-1" }, t("desk.view_cases"));
    this.list = h("ul", { class: "rows" });
    this.empty = h("p", { class: "muted" }, t("desk.no_cases"));
    const filters = Object.entries(this.fields).map(([name, one]) => {
      one.addEventListener("change", () => this.load());
      return field(t(`desk.${name === "late" ? "late_only" : name}`), one);
    });
    this.one = new Case(desk, () => this.load());
    const list = h("section", { "aria-labelledby": "cases" }, this.title, h("div", { class: "search wide" }, filters), this.list, this.empty);
    this.element = h("div", { class: "view split" }, list, this.one.element);
    this.rows = new Rows(this.list, { key: (one) => one.reference, row: (one) => this.row(one), fallback: () => this.title });
    this.found = [];
  }

  /** Show the list, and one of them where a reference is given. */
  show(reference = "", { focus = false } = {}) {
    this.reference = reference;
    return this.desk.act(async () => {
      await this.load();
      await this.one.open(reference, { focus });
    });
  }

  async load() {
    const chosen = Object.entries(this.fields).map(([name, one]) => [name, one.value]).filter(([, value]) => value);
    this.found = (await this.desk.api.get(`/desk/cases?${new URLSearchParams(chosen)}`)).cases;
    this.rows.show(this.found.map((one) => ({ ...one, open: one.reference === this.reference })));
    this.empty.hidden = this.found.length > 0;
  }

  row(one) {
    const { desk } = this;
    const { t } = desk;
    const facts = [t(`desk.state_${one.state}`), dueOf(desk, one), languageName(desk, one.language), siteName(desk, one.site), one.team, one.owner ?? t("desk.nobody")];
    const name = h("a", { href: `#cases/${one.reference}`, "aria-current": one.open ? "page" : null }, `${t(`desk.kind_${one.kind}`)} `, h("bdi", { dir: "ltr" }, one.reference));
    return h(
      "li",
      { class: `row${one.open ? " open" : ""}` },
      h("h3", {}, name),
      h("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
      one.late ? h("p", { class: "marks" }, h("strong", { class: "late" }, t("desk.late"))) : null,
    );
  }
}
