/** The conversations that are mine: what is new in each, and which has waited for my answer for too long. */

import { elapsed } from "../shared/core/elapsed.js";
import { h } from "../shared/core/dom.js";
import { Rows } from "../shared/parts/rows.js";
import { factsOf, titleOf, waited } from "./names.js";

/** A citizen who has waited so long for my answer has waited too long. */
const LATE = 90_000;

export class MineList {
  /** @param {import("./shapes.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.title = h("h2", { id: "mine", tabindex: "-1" }, desk.t("desk.mine_n", { n: 0 }));
    this.list = h("ul", { class: "rows" });
    this.empty = h("p", { class: "muted" }, desk.t("desk.none_mine"));
    this.element = h("section", { "aria-labelledby": "mine" }, this.title, this.list, this.empty);
    this.rows = new Rows(this.list, { key: (item) => item.id, row: (item) => this.row(item), fallback: () => this.title });
    this.open = null;
  }

  /** Show those of a state; `open` is the conversation that is looked at. */
  show(state, open) {
    this.title.textContent = this.desk.t("desk.mine_n", { n: state.mine.length });
    const late = (one) => one.unanswered_since !== null && Date.now() - Date.parse(one.unanswered_since) > LATE;
    this.rows.show(state.mine.map((one) => ({ ...one, open: one.conversation_id === open, late: late(one) })));
    this.empty.hidden = state.mine.length > 0;
  }

  /** The one that has waited longest for an answer of mine, of those that wait. */
  nextWaiting() {
    const found = this.desk.state.mine.filter((one) => one.unanswered_since);
    return found.sort((one, other) => one.unanswered_since.localeCompare(other.unanswered_since))[0] ?? null;
  }

  /** @param {import("./shapes.js").Mine & { open: boolean, late: boolean }} item */
  row(item) {
    const { desk } = this;
    const { t } = desk;
    const name = h("a", { href: `#conversation/${item.conversation_id}`, "aria-current": item.open ? "page" : null }, titleOf(desk, item));
    const unread = item.unread > 0 && !item.open ? h("strong", { class: "new" }, t("desk.new_n", { n: item.unread })) : null;
    const late = item.late ? h("strong", { class: "late" }, t("desk.late")) : null;
    const since = item.unanswered_since ? elapsed(item.unanswered_since, (n) => waited(desk, n)) : h("span", {}, t("desk.answered"));
    return h(
      "li",
      { class: `row${item.open ? " open" : ""}` },
      h("h3", { lang: item.language, dir: "auto" }, name),
      h("p", { class: "facts" }, factsOf(desk, item).slice(0, 3).join(" · "), " · ", since),
      unread || late ? h("p", { class: "marks" }, unread, " ", late) : null,
      item.last ? h("p", { class: "last", dir: "auto" }, `${t(`desk.who_${item.last.author}`)}: ${item.last.text}`) : null,
    );
  }
}
