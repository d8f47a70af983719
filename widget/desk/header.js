/** The top of the desk: where to go, how many wait, whether I take work, what I chose, leaving. */

import { h } from "../shared/core/dom.js";
import { minutesSince } from "../shared/core/elapsed.js";
import { button, choose, field } from "../shared/parts/field.js";
import { takes, waited } from "./names.js";

const VIEWS = ["work", "cases", "history"];

export class Header {
  /**
   * @param {import("./shapes.js").Desk} desk
   * @param {{ leave: () => Promise<void> }} does
   */
  constructor(desk, { leave }) {
    this.desk = desk;
    const { t } = desk;
    this.links = Object.fromEntries(VIEWS.map((name) => [name, h("a", { href: `#${name}` }, t(`desk.view_${name}`))]));
    this.numbers = h("p", { class: "numbers" });
    this.state = choose(["available", "away", "off"].map((name) => [name, t(`desk.presence_${name}`)]));
    this.capacity = h("input", { type: "number", min: "1", max: "20", inputmode: "numeric", class: "small" });
    for (const one of [this.state, this.capacity]) one.addEventListener("change", () => this.put());
    this.element = h(
      "header",
      { class: "bar" },
      h("h1", {}, t("desk.title")),
      h("nav", { "aria-label": t("desk.title") }, h("ul", {}, VIEWS.map((name) => h("li", {}, this.links[name])))),
      this.numbers,
      h("div", { class: "own" }, takes(desk) ? this.presence() : null, this.menu(leave)),
    );
  }

  presence() {
    const { t } = this.desk;
    const fields = [field(t("desk.presence"), this.state), field(t("desk.capacity"), this.capacity)];
    return h("div", { class: "presence", role: "group", "aria-label": t("desk.presence") }, fields);
  }

  menu(leave) {
    const { t, preferences } = this.desk;
    const option = (name) => {
      const box = h("input", { type: "checkbox", checked: preferences.value[name], onchange: () => this.prefer(name, box.checked) });
      return h("p", {}, h("label", { class: "choice" }, box, " ", t(`desk.prefer_${name}`)));
    };
    this.who = h("bdi", {});
    this.teams = h("fieldset", { hidden: true, onchange: () => this.put() }, h("legend", {}, t("desk.teams_first")));
    const out = h("p", { class: "acts" }, button(t("desk.log_out"), leave, { class: "quiet" }));
    return h(
      "details",
      { class: "menu" },
      h("summary", {}, this.who, h("span", { class: "heard" }, ` · ${t("desk.menu")}`)),
      h("div", { class: "sheet" }, this.teams, option("sounds"), option("keys"), h("p", { class: "muted" }, t("desk.keys_help")), out),
    );
  }

  prefer(name, on) {
    this.desk.preferences.set({ [name]: on });
    if (name === "sounds" && on) this.desk.sounds.play("work");
  }

  /** Show a state; what somebody is changing just now is left alone. */
  show(state) {
    const { t } = this.desk;
    const { presence, queue, cases } = state;
    this.who.textContent = state.me.name;
    const longest = Math.max(0, ...queue.map((one) => minutesSince(one.since)));
    this.numbers.textContent = [
      t("desk.waiting_n", { n: queue.length }),
      queue.length ? t("desk.longest", { wait: waited(this.desk, longest) }) : "",
      takes(this.desk) ? t("desk.with_me", { n: presence.has, max: presence.capacity }) : "",
    ].filter(Boolean).join(" · ");
    const late = cases?.late ? ` · ${t("desk.late_n", { n: cases.late })}` : "";
    if (cases) this.links.cases.textContent = `${t("desk.view_cases")} (${cases.open})${late}`;
    if (document.activeElement !== this.state) this.state.value = presence.state;
    if (document.activeElement !== this.capacity) this.capacity.value = presence.capacity;
    this.showTeams(state);
    document.title = `${queue.length ? `(${queue.length}) ` : ""}${t("desk.title")}`;
  }

  /** The teams of the desks an agent has, those they chose ticked. */
  showTeams({ sites, presence }) {
    const names = takes(this.desk) ? [...new Set(sites.filter((one) => takes(this.desk, one.id)).flatMap((one) => one.teams))] : [];
    this.teams.hidden = names.length === 0;
    if (this.teams.contains(document.activeElement)) return;
    const boxes = names.map((name) => h("input", { type: "checkbox", value: name, checked: presence.teams.includes(name) }));
    const legend = this.teams.firstElementChild;
    this.teams.replaceChildren(legend, ...boxes.map((box) => h("p", {}, h("label", { class: "choice" }, box, " ", h("bdi", {}, box.value)))));
  }

  /** Which of the places is looked at. */
  at(view) {
    for (const [name, link] of Object.entries(this.links)) {
      if (name === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  chosenTeams() {
    return [...this.teams.querySelectorAll("input:checked")].map((one) => one.value);
  }

  put() {
    const { desk } = this;
    if (!this.capacity.checkValidity() || !this.capacity.value) return undefined;
    const body = { state: this.state.value, capacity: Number(this.capacity.value), teams: this.chosenTeams() };
    return desk.act(async () => {
      const presence = await desk.api.put("/desk/presence", body);
      desk.say(desk.t(`desk.presence_${presence.state}`));
    });
  }
}
