/** One call-back or ticket: what it is about, what was done, the contact details on demand, and what to do next. */

import { h } from "../shared/core/dom.js";
import { button, choose, field, radios, wrong } from "../shared/parts/field.js";
import { briefList } from "./brief.js";
import { dueOf } from "./cases.js";
import { languageName, moment, siteName, windowOf } from "./names.js";

const TO_STATES = ["waiting", "solved", "closed"];

export class Case {
  /**
   * @param {import("./shapes.js").Desk} desk
   * @param {() => Promise<void>} changed Is told that the list is not as it was.
   */
  constructor(desk, changed) {
    Object.assign(this, { desk, changed, found: null });
    this.title = h("h2", { id: "case", tabindex: "-1" }, desk.t("desk.no_case"));
    this.body = h("div", {});
    this.element = h("section", { "aria-labelledby": "case" }, this.title, this.body);
  }

  get path() {
    return `/desk/cases/${this.found.reference}`;
  }

  /** Show a case, or none. Throws Failure. */
  async open(reference, { focus = false } = {}) {
    this.found = reference ? await this.desk.api.get(`/desk/cases/${reference}`) : null;
    this.fill();
    if (this.found && focus) this.title.focus();
  }

  async again() {
    this.found = await this.desk.api.get(this.path);
    this.fill();
    await this.changed();
  }

  /** Do something with it, say so, and show it as it is then. */
  act(does, words) {
    return this.desk.act(async () => {
      if ((await does()) === false) return;
      await this.again();
      this.desk.tell(words);
    });
  }

  fill() {
    const { desk, found } = this;
    const { t } = desk;
    this.title.textContent = found ? `${t(`desk.kind_${found.kind}`)} ${found.reference}` : t("desk.no_case");
    if (!found) return this.body.replaceChildren();
    const facts = [t(`desk.state_${found.state}`), dueOf(desk, found), languageName(desk, found.language), siteName(desk, found.site), found.team, found.owner ?? t("desk.nobody")];
    this.contact = h("p", { class: "contact" });
    return this.body.replaceChildren(
      h("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
      h("div", { class: "notice" }, button(t("desk.show_contact"), () => this.unseal(), { class: "quiet" }), h("p", { class: "muted" }, t("desk.contact_logged")), this.contact),
      found.brief ? briefList(desk, found.brief) : "",
      found.conversation_id ? h("p", {}, h("a", { href: `#conversation/${found.conversation_id}` }, t("desk.to_conversation"))) : "",
      ...(found.state === "closed" ? [] : this.forms()),
      h("h3", {}, t("desk.chain")),
      h("ol", { class: "chain" }, found.chain.map((step) => this.step(step))),
    );
  }

  /** Show the contact details: asked for each time, and each time in the audit log. */
  unseal() {
    const { desk } = this;
    return desk.act(async () => {
      const { name, phone, email } = await desk.api.get(`${this.path}/contact`);
      const parts = [name && h("bdi", {}, name), phone && h("a", { href: `tel:${phone.replaceAll(" ", "")}`, dir: "ltr" }, phone), email && h("bdi", { dir: "ltr" }, email)];
      this.contact.replaceChildren(...parts.filter(Boolean).flatMap((part) => [part, " "]));
      this.contact.setAttribute("tabindex", "-1");
      this.contact.focus();
    });
  }

  forms() {
    const { desk, found } = this;
    const { t } = desk;
    const mine = found.owner === desk.state.me.username;
    const own = button(mine ? t("desk.give_up") : t("desk.take_case"), () => this.act(() => desk.api.patch(this.path, { owner: mine ? null : "me" }), t("desk.saved")));
    return [h("p", { class: "acts" }, own), found.kind === "callback" ? [this.attempt(), this.move()] : [], this.state(), this.refer(), this.note()].flat();
  }

  /** A folded form; `send` returns false where something is still wrong. */
  form(words, fields, send) {
    const submit = (event) => {
      event.preventDefault();
      this.act(send, this.desk.t("desk.saved"));
    };
    const form = h("form", { novalidate: true, onsubmit: submit }, fields, h("button", { type: "submit" }, this.desk.t("desk.save")));
    return h("details", { class: "folded" }, h("summary", {}, words), form);
  }

  attempt() {
    const { t } = this.desk;
    const outcome = radios(t("desk.outcome"), "outcome", [["reached", t("desk.reached")], ["not_reached", t("desk.not_reached")]], "reached");
    const note = h("input", { autocomplete: "off", maxlength: "2000" });
    return this.form(t("desk.attempt"), [outcome, field(t("desk.note_optional"), note)], () =>
      this.desk.api.post(`${this.path}/attempts`, { outcome: outcome.querySelector(":checked").value, note: note.value.trim() }),
    );
  }

  move() {
    const { desk, found } = this;
    const { t } = desk;
    const to = choose(found.windows.map((one) => [one.start, windowOf(desk, one)]));
    return this.form(t("desk.move"), [field(t("desk.from_when"), to)], () => desk.api.patch(this.path, { window: to.value }));
  }

  state() {
    const { t } = this.desk;
    const state = choose(TO_STATES.map((one) => [one, t(`desk.state_${one}`)]));
    return this.form(t("desk.change_state"), [field(t("desk.state"), state)], () => this.desk.api.patch(this.path, { state: state.value }));
  }

  refer() {
    const { t, state } = this.desk;
    const teams = state.sites.find((one) => one.id === this.found.site)?.teams ?? [];
    const sites = state.sites.filter((one) => one.id !== this.found.site);
    const options = [["", t("desk.choose")], ...teams.map((one) => [`team ${one}`, one]), ...sites.map((one) => [`site ${one.id}`, one.name])];
    const to = choose(options);
    const why = h("input", { autocomplete: "off", maxlength: "500" });
    return this.form(t("desk.refer"), [field(t("desk.transfer_to"), to), field(t("desk.why"), why)], () => {
      wrong(to, to.value ? "" : t("desk.choose_whom"));
      if (!to.value) return false;
      wrong(why, why.value.trim() ? "" : t("desk.say_why"));
      if (!why.value.trim()) return false;
      const [kind, ...whom] = to.value.split(" ");
      return this.desk.api.post(`${this.path}/refer`, { [kind]: whom.join(" "), why: why.value.trim() });
    });
  }

  note() {
    const { t } = this.desk;
    const text = h("textarea", { rows: "2", autocomplete: "off" });
    return this.form(t("desk.note"), [field(t("desk.note"), text, t("desk.note_hint"))], () => {
      wrong(text, text.value.trim() ? "" : t("desk.write_first"));
      return text.value.trim() ? this.desk.api.post(`${this.path}/notes`, { text: text.value.trim() }) : false;
    });
  }

  step(step) {
    const { desk } = this;
    const { t } = desk;
    const who = step.by === "citizen" ? t("desk.who_citizen") : step.by;
    const what = step.outcome ? t(`desk.${step.outcome}`) : step.state ? t(`desk.state_${step.state}`) : null;
    const said = step.text ?? step.note ?? step.why;
    return h(
      "li",
      {},
      h("strong", {}, t(`desk.step_${step.kind}`)),
      what ? `: ${what}` : null,
      ` · ${who} · `,
      h("time", { datetime: step.at }, moment(desk, step.at)),
      said ? h("p", { dir: "auto" }, said) : null,
    );
  }
}
