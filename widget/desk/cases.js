/** Call-backs and tickets: which are to be done, the late ones first, and one of them opened beside the list. */

import { h } from "../shared/core/dom.js";
import { choose, field } from "../shared/parts/field.js";
import { Rows } from "../shared/parts/rows.js";
import { Case } from "./case.js";
import { caseFacts } from "./names.js";

const STATES = ["open", "assigned", "waiting", "solved", "closed"];

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
    const asked = (this.asked = {});
    const { cases } = await this.desk.api.get(`/desk/cases?${new URLSearchParams(chosen)}`);
    if (asked !== this.asked) return;
    this.found = cases;
    this.rows.show(this.found.map((one) => ({ ...one, open: one.reference === this.reference })));
    this.empty.hidden = this.found.length > 0;
  }

  row(one) {
    const { desk } = this;
    const { t } = desk;
    const about = { href: `#cases/${one.reference}`, "aria-current": one.open ? "page" : null };
    const name = h("a", about, `${t(`desk.kind_${one.kind}`)} `, h("bdi", { dir: "ltr" }, one.reference));
    return h(
      "li",
      { class: `row${one.open ? " open" : ""}` },
      h("h3", {}, name),
      h("p", { class: "facts" }, caseFacts(desk, one)),
      one.late ? h("p", { class: "marks" }, h("strong", { class: "late" }, t("desk.late"))) : null,
    );
  }
}
