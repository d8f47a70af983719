/** Who waits: the queue with its filters, and taking one, in which two may not both succeed. */

import { elapsed, minutesSince } from "../shared/core/elapsed.js";
import { h } from "../shared/core/dom.js";
import { Failure } from "../shared/net/api.js";
import { button, choose, field } from "../shared/parts/field.js";
import { Rows } from "../shared/parts/rows.js";
import { briefList } from "./brief.js";
import { colleagueName, factsOf, languageName, siteName, themeName, titleOf, waited } from "./names.js";

export class Queue {
  /**
   * @param {import("./shapes.js").Desk} desk
   * @param {(taken: import("./shapes.js").Mine) => void} claimed Gets what was taken.
   */
  constructor(desk, claimed) {
    Object.assign(this, { desk, claimed });
    const { t } = desk;
    this.gone = new Set();
    this.title = h("h2", { id: "queue", tabindex: "-1" }, t("desk.queue_n", { n: 0 }));
    this.list = h("ul", { class: "rows" });
    this.empty = h("p", { class: "muted" }, t("desk.nobody_waits"));
    this.filters = { site: choose([]), language: choose([]), theme: choose([]), min_wait_minutes: this.waits() };
    for (const one of Object.values(this.filters)) one.addEventListener("change", () => this.show());
    this.next = button(t("desk.claim_next"), () => this.claimNext());
    this.element = h("section", { "aria-labelledby": "queue" }, this.title, this.next, this.filterForm(), this.list, this.empty);
    this.rows = new Rows(this.list, { key: (item) => item.id, row: (item) => this.row(item), fallback: () => this.title });
  }

  filterForm() {
    const { t } = this.desk;
    const { site, language, theme, min_wait_minutes } = this.filters;
    this.summary = h("summary", {}, t("desk.filters"));
    return h(
      "details",
      { class: "filters" },
      this.summary,
      field(t("desk.site"), site),
      field(t("desk.language"), language),
      field(t("desk.theme"), theme),
      field(t("desk.min_wait"), min_wait_minutes),
    );
  }

  waits() {
    const { t } = this.desk;
    return choose([["", t("desk.all")], ...[2, 5, 10, 30].map((n) => [String(n), t("desk.wait", { n })])]);
  }

  /** Show the queue of a state, or the one that was shown with other filters. */
  show(state = this.desk.state) {
    this.options(state);
    this.gone.forEach((id) => state.queue.some((one) => one.id === id) || this.gone.delete(id));
    const waiting = state.queue.filter((one) => !this.gone.has(one.id));
    const chosen = this.chosen();
    const found = waiting.filter((one) => fits(one, chosen));
    const { t } = this.desk;
    this.title.textContent = t("desk.queue_n", { n: waiting.length });
    this.summary.textContent = Object.keys(chosen).length ? t("desk.filters_on", { n: found.length, all: waiting.length }) : t("desk.filters");
    this.rows.show(found);
    this.empty.hidden = found.length > 0;
    this.next.hidden = waiting.length === 0;
  }

  chosen() {
    return Object.fromEntries(Object.entries(this.filters).map(([name, one]) => [name, one.value]).filter(([, value]) => value));
  }

  /** What can be filtered by: what waits now, and what is chosen. */
  options(state) {
    const names = { site: siteName, language: languageName, theme: themeName };
    for (const [name, called] of Object.entries(names)) {
      const select = this.filters[name];
      const values = [...new Set([...state.queue.map((one) => one[name]), select.value])].filter(Boolean).sort();
      const wanted = ["", ...values].join(" ");
      if (select.dataset.values === wanted) continue;
      const fresh = choose([["", this.desk.t("desk.all")], ...values.map((value) => [value, called(this.desk, value)])], select.value);
      const value = select.value;
      select.replaceChildren(...fresh.children);
      select.value = value;
      select.dataset.values = wanted;
    }
  }

  /** @param {import("./shapes.js").Waiting} item */
  row(item) {
    const { desk } = this;
    const { t } = desk;
    const title = titleOf(desk, item);
    const marks = [
      item.reserved_for === desk.state.me.username ? t("desk.for_you") : null,
      item.returned ? t("desk.returned") : null,
      item.transfer ? t("desk.transferred", { name: colleagueName(desk, item.transfer.by), why: item.transfer.why }) : null,
      item.team ? t("desk.for_team", { team: item.team }) : null,
    ];
    return h(
      "li",
      { class: "row" },
      h("h3", { lang: item.language, dir: "auto" }, title),
      h("p", { class: "facts" }, factsOf(desk, item).join(" · "), " · ", elapsed(item.since, (n) => waited(desk, n))),
      marks.filter(Boolean).map((one) => h("p", { class: "mark", dir: "auto" }, one)),
      h("details", {}, h("summary", {}, t("desk.brief"), h("span", { class: "heard" }, `: ${title}`)), briefList(desk, item.brief)),
      button([t("desk.claim"), h("span", { class: "heard" }, `: ${title}`)], () => this.claim(item)),
    );
  }

  async claim(item) {
    try {
      this.took(await this.desk.api.post(`/desk/handovers/${item.id}/claim`));
    } catch (failure) {
      this.lost(item, failure);
    }
  }

  /** Somebody else has it: said kindly, the row goes, and focus goes on to the next one. */
  lost(item, failure) {
    const { desk } = this;
    if (!(failure instanceof Failure)) throw failure;
    const taken = "by" in failure.problem || failure.kind === "gone";
    if (!taken) return desk.tell(failure.detail || desk.t("desk.failed"));
    const { by } = failure.problem;
    this.gone.add(item.id);
    this.show();
    return desk.tell(by ? desk.t("desk.taken", { name: by }) : desk.t("desk.taken_by_somebody"));
  }

  async claimNext() {
    const { site, language, theme } = this.chosen();
    const wishes = Object.entries({ site, language, theme }).filter(([, value]) => value);
    await this.desk.act(async () => this.took(await this.desk.api.post(`/desk/claim-next?${new URLSearchParams(wishes)}`)));
  }

  /** It is mine: its row goes at once, whenever the next state of the desk comes. */
  took(mine) {
    this.claimed(mine);
    this.gone.add(mine.id);
    this.show();
  }
}

function fits(item, { site, language, theme, min_wait_minutes }) {
  return (
    (!site || item.site === site) &&
    (!language || item.language === language) &&
    (!theme || item.theme === theme) &&
    (!min_wait_minutes || minutesSince(item.since) >= Number(min_wait_minutes))
  );
}
