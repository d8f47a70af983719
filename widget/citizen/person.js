/** The way to a person: what may be passed on, a place in the queue, and what there is where nobody is free. */

import { filled, h, link, shown } from "../shared/core/dom.js";
import { focusTo } from "../shared/core/focus.js";
import { Failure } from "../shared/net/api.js";
import { button } from "../shared/parts/field.js";
import { contactForm } from "./contact_form.js";
import { counterForm } from "./counters.js";

const EVERY = 20_000;
const SAID_EVERY = 60_000;
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const MOMENT = { weekday: "long", day: "numeric", month: "long", timeZone: "Europe/Brussels", ...CLOCK };

export class Person {
  /** @param {import("./talk.js").Talk} talk */
  constructor(talk) {
    const { words, service, settings } = talk;
    this.talk = talk;
    this.words = words;
    this.service = service;
    this.settings = settings;
    this.language = settings.language;
    this.waiting = false;
    this.said = 0;
    this.told = "";
    this.element = h("section", { class: "person", hidden: true, "aria-labelledby": "person-title" });
  }

  /** Somebody wants a person: show the ways there are. */
  async open() {
    await this.try(async () => {
      await this.service.begin();
      this.talk.menu.show(true);
      this.talk.stream.start();
      if (this.talk.line.status === "with_agent") {
        this.talk.line.tell(this.words["talk.with_agent"]);
        return;
      }
      const found = await this.found();
      if (found.waiting) this.waits(found.waiting, { focus: true });
      else this.offers(found);
    });
  }

  /** Follow who has the word: who waits sees where in the queue, who waits no longer does not. */
  standing(status) {
    if (status === "waiting" && !this.waiting) this.try(() => this.look());
    if (status === "with_agent" || (status !== "waiting" && this.waiting)) this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.waiting = false;
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  async found() {
    return (await this.service.ask("GET", "/handover")).json();
  }

  /** Do something; where it fails, the phone is said. */
  async try(does) {
    try {
      await does();
    } catch (failure) {
      if (failure instanceof Failure && failure.detail) this.talk.line.tell(failure.detail);
      else this.talk.line.down(this.words["talk.not_sent"]);
    }
  }

  /** Show a step, and let who asked for it have the focus on its title. */
  show(title, parts, { focus = true } = {}) {
    const heading = h("h3", { id: "person-title", tabindex: "-1" }, title);
    this.element.replaceChildren(heading, ...parts.flat().filter(Boolean));
    this.element.hidden = false;
    if (!focus) return;
    focusTo(heading);
    this.element.scrollIntoView({ block: "start" });
  }

  offers({ routes, brief }, why = "") {
    const { words } = this;
    const route = (name) => routes.find((one) => one.route === name);
    const agent = route("agent");
    const ask = (consent) => () => this.try(() => this.ask({ route: "agent", consent }));
    const yes = [
      h("p", {}, words["person.consent"]),
      this.brief(brief),
      h("p", { class: "acts column" },
        button(words["person.yes"], ask("full")),
        button(words["person.yes_without"], ask("without_transcript"), { class: "quiet" }),
        button(words["person.no"], () => this.leave(), { class: "quiet" })),
      h("p", {}, words["person.otherwise"]),
    ];
    const no = [h("p", {}, why || words["person.nobody"]), agent?.opens_at ? h("p", {}, this.opens(agent.opens_at)) : null];
    const title = words[agent?.available ? "escalation.asked_for_person" : "page.person"];
    this.show(title, [...(agent?.available ? yes : no), this.otherWays(route), agent?.available ? null : this.backButton()]);
  }

  otherWays(route) {
    const { words } = this;
    const ways = [
      ["callback", () => contactForm(this, route("callback"))],
      ["email", () => contactForm(this, route("email"))],
      ["counter", () => counterForm(this, route("callback"))],
    ];
    const open = ways.filter(([name]) => route(name)?.available);
    return h("p", { class: "acts" }, open.map(([name, does]) => button(words[`person.${name}`], does, { class: "quiet" })));
  }

  opens(at) {
    return filled(this.words["person.opens"], { date: shown(new Date(at), this.language, MOMENT) });
  }

  brief({ question, open, answered }) {
    const { words } = this;
    const said = [...new Set([question, open])].filter(Boolean);
    const row = (title, lines) => (lines.length ? [h("dt", {}, title), lines.map((one) => h("dd", { dir: "auto" }, one))] : []);
    const rows = [row(words["person.question"], said), row(words["person.answered"], answered.map((one) => one.text))].flat(2);
    return h(
      "details",
      {},
      h("summary", {}, words["person.shows"]),
      rows.length ? h("dl", {}, rows) : h("p", {}, words["person.nothing"]),
      h("p", { class: "muted" }, words["person.masked"]),
    );
  }

  /** Ask for a route. Throws Failure where what was given cannot be used. */
  async ask(body) {
    try {
      const answer = await (await this.service.ask("POST", "/handover", { body })).json();
      if (answer.reference) this.noted(answer);
      else this.waits(answer, { focus: true });
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.status !== 409 || !failure.problem.routes) throw failure;
      this.offers({ routes: failure.problem.routes, brief: { answered: [] } }, failure.detail);
      this.talk.announcer.say(failure.detail, this.language);
    }
  }

  noted({ reference }) {
    const { words } = this;
    const told = filled(words["person.reference"], { reference });
    const more = this.settings.tabs ? h("span", { class: "heard" }, ` (${words["widget.tab"]})`) : null;
    const page = `/cases?${new URLSearchParams({ language: this.language, site: this.settings.site })}`;
    const follow = link(page, [words["person.follow"], more], this.settings.tabs ? { target: "_blank" } : {});
    this.show(words["person.noted"], [h("p", {}, told), h("p", {}, follow), this.backButton()]);
  }

  async look() {
    const { waiting } = await this.found();
    if (waiting) this.waits(waiting);
    else this.close();
  }

  /** Show the place in the queue; it is looked at again, and heard only when it changed. */
  waits({ position, wait }, { focus = false } = {}) {
    const { words } = this;
    const place = filled(words["person.position"], { n: position });
    const long = wait ? filled(words["person.wait"], { a: wait.from, b: wait.to }) : words["person.unknown"];
    const at = filled(words["person.updated"], { time: shown(new Date(), this.language, CLOCK) });
    const told = `${place} ${long}`;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look().catch(() => this.waits({ position, wait })), EVERY);
    if (this.waiting && told === this.told && !focus) {
      this.updated.textContent = at;
      return;
    }
    if (this.waiting && Date.now() - this.said > SAID_EVERY) this.say(told);
    Object.assign(this, { waiting: true, told });
    const inside = this.element.contains(this.element.getRootNode().activeElement);
    this.updated = h("p", { class: "muted" }, at);
    this.show(words["talk.waiting"], [
      h("p", { class: "lead" }, place),
      h("p", {}, long),
      this.updated,
      h("p", {}, words["person.may_close"]),
      h("p", { class: "acts" }, button(words["person.stop"], () => this.try(() => this.stop()), { class: "quiet" })),
    ], { focus: focus || inside });
  }

  say(words) {
    this.said = Date.now();
    this.talk.announcer.say(words, this.language);
  }

  async stop() {
    await this.service.ask("DELETE", "/handover");
    this.leave();
  }

  backButton() {
    return h("p", {}, button(this.words["person.back"], () => this.leave(), { class: "quiet" }));
  }

  leave() {
    this.close();
    this.talk.composer.focus();
  }
}
