/** The panel: who one talks to, the way to a person, the conversation, and where one writes. */

import { direction, filled, h, link } from "../shared/core/dom.js";
import { focusTo } from "../shared/core/focus.js";
import { Composer } from "./composer.js";
import { printed } from "./print.js";
import { Talk } from "./talk.js";

/** Where the panel is the whole screen: phones, and pages that are zoomed in. */
const NARROW = "(max-width: 479px), (max-height: 479px)";
const POPOVER = "popover" in HTMLElement.prototype;

export class Panel {
  /** @param {any} host The element; it has what the service gave, and what this window keeps. */
  constructor(host) {
    const { given, kept } = host;
    /** @type {import("./launcher.js").Launcher|null} */
    this.launcher = null;
    this.host = host;
    this.given = given;
    this.words = given.words;
    this.shown = false;
    this.opened = false;
    const form = h("form", { class: "ask", novalidate: true });
    const field = h("textarea", { id: "question", rows: "2", autocomplete: "off", enterkeyhint: "send", dir: "auto" });
    this.composer = new Composer(form, field, kept);
    form.append(
      h("div", { class: "label" }, h("label", { for: "question" }, this.words["page.input"])),
      h("div", { class: "write" }, field, h("button", { type: "submit" }, this.words["page.send"])),
    );
    given.settings.print = () => printed(this.talk.section, given.settings);
    this.talk = new Talk({
      ...given,
      kept,
      composer: this.composer,
      atEnd: () => this.atEnd(),
      position: () => this.scroll.scrollTop + this.element.scrollTop,
      arrived: (seq) => this.launcher.told(seq),
    });
    this.element = this.build(form);
    this.narrow = matchMedia(NARROW);
    this.fit = () => this.shown && this.open();
    this.enlarge(kept.value.enlarged);
  }

  /** Follow the conversation there is, also while the panel is closed. */
  begin() {
    this.narrow.addEventListener("change", this.fit);
    this.talk.restore();
  }

  /** The element is on a page again. */
  come() {
    this.talk.outbox.flush();
  }

  /** The element leaves the page; what is kept stays. */
  leave() {
    this.narrow.removeEventListener("change", this.fit);
    this.talk.leavePage();
    this.launcher.opened(false);
    this.shown = false;
    this.close();
  }

  build(form) {
    const { words, talk } = this;
    const { section, types, person, news, line, polite, urgent } = talk;
    const { language } = this.given.settings;
    this.title = h("h2", { id: "title", tabindex: "-1" }, h("bdi", {}, this.given.title));
    this.scroll = h("div", { class: "scroll" }, this.opening(), section, types, person.element);
    this.menuView = this.menu();
    const dialog = h(
      "dialog",
      { class: "panel", part: "panel", popover: "manual", lang: language, dir: direction(language), "aria-labelledby": "title", "aria-describedby": "disclosure" },
      h("a", { class: "skip", href: "#question", onclick: (event) => this.skip(event) }, words["page.skip"]),
      h("div", { class: "top" }, this.title, this.buttons()),
      this.menuView,
      this.scroll,
      h("div", { class: "bottom" }, news, line.element, form, this.contacts()),
      polite,
      urgent,
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.escape();
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) {
        event.preventDefault();
        event.stopPropagation();
        this.escape();
      }
    });
    return dialog;
  }

  buttons() {
    const { words } = this;
    const act = (name, does, more = {}) => h("button", { type: "button", class: "quiet", onclick: does, ...more }, words[`widget.${name}`]);
    this.menuButton = act("menu", () => this.toggle(this.menuView.hidden), { "aria-expanded": "false", "aria-controls": "menu" });
    this.sizeButton = act("enlarge", () => this.enlarge(!this.host.kept.value.enlarged), { class: "quiet size" });
    return h("div", { class: "acts" }, act("person", () => this.person()), this.menuButton, this.sizeButton, act("close", () => this.show(false)));
  }

  opening() {
    const { words } = this;
    return h(
      "div",
      { class: "opening" },
      h("p", { id: "disclosure" }, words["page.disclosure"]),
      h("p", {}, words["widget.can"]),
      this.given.sample ? h("p", { class: "notice" }, words["page.sample"]) : null,
      h("details", {}, h("summary", {}, words["widget.kept"]), h("p", {}, words["conversation.privacy"])),
    );
  }

  menu() {
    const { words, host } = this;
    const mode = (name, does) => {
      const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", id: name, checked: host.kept.value[name] }));
      box.addEventListener("change", () => {
        host.kept.set({ [name]: box.checked });
        does(box.checked);
      });
      does(box.checked);
      return h("label", { class: "choice" }, box, " ", words[name === "large" ? "widget.larger" : "widget.easy"]);
    };
    return h(
      "div",
      { class: "menu", id: "menu", hidden: true },
      this.languages(),
      mode("large", (on) => host.frame.classList.toggle("large", on)),
      " ",
      mode("easy", (on) => this.easy(on)),
      this.talk.menu.body,
      h("p", {}, link(`/accessibility?${new URLSearchParams({ site: this.given.settings.site, language: this.given.settings.language })}`, words["access.title"], { target: "_blank" })),
    );
  }

  /** The easy text of the answers that have one, open or folded, and their steps one at a time or all. */
  easy(on) {
    const { section } = this.talk;
    for (const one of section.querySelectorAll("details.easy")) one.open = on;
    for (const one of section.querySelectorAll("section.step > ol")) one.dispatchEvent(new CustomEvent("easy", { detail: on }));
  }

  /** Wide, with the sources beside the answers, or beside the page. */
  enlarge(on) {
    this.host.kept.set({ enlarged: on });
    this.element.classList.toggle("wide", on);
    this.sizeButton.textContent = this.words[on ? "widget.shrink" : "widget.enlarge"];
  }

  languages() {
    const { languages, language } = this.given.settings;
    const name = (code) => {
      const own = new Intl.DisplayNames(code, { type: "language" }).of(code) ?? code;
      return own[0].toLocaleUpperCase(code) + own.slice(1);
    };
    const choice = (code) =>
      h("label", { class: "choice" }, h("input", { type: "radio", name: "language", value: code, checked: code === language }), " ", h("bdi", { lang: code, dir: direction(code) }, name(code)));
    const group = h("fieldset", { class: "languages" }, h("legend", {}, this.words["page.language"]), languages.map(choice));
    group.addEventListener("change", (event) => this.host.speak(event.target.value, { chosen: true }));
    return group;
  }

  contacts() {
    const [phone] = this.given.contacts.filter((one) => one.type === "phone");
    if (!phone) return null;
    const number = link(`tel:${phone.value.replaceAll(" ", "")}`, h("bdi", { dir: "ltr" }, phone.value), { class: "phone" });
    return h("p", { class: "contact" }, `${phone.label}: `, number, phone.hours ? ` · ${phone.hours}` : null);
  }

  person() {
    this.toggle(false);
    this.talk.person.open();
  }

  toggle(open) {
    if (open === !this.menuView.hidden) return;
    this.menuView.hidden = !open;
    this.menuButton.setAttribute("aria-expanded", String(open));
    if (open) this.menuView.querySelector("input")?.focus();
    else this.menuButton.focus();
  }

  /** Close the innermost thing that is open. */
  escape() {
    if (this.menuView.hidden) this.show(false);
    else this.toggle(false);
  }

  skip(event) {
    event.preventDefault();
    this.composer.focus();
  }

  /**
   * Open or close. Focus follows, for somebody pressed something; `quietly` it stays where it is, and the page too.
   * @param {boolean} open
   */
  show(open, { quietly = false } = {}) {
    if (open === this.shown) return;
    this.shown = open;
    this.host.toggleAttribute("open", open);
    this.launcher.opened(open);
    if (!open) {
      this.close();
      this.launcher.element.focus();
      return;
    }
    this.open(quietly);
    this.host.kept.set({ seen: Math.max(this.talk.stream.last, this.host.kept.value.seen) });
    const again = this.opened && matchMedia("(pointer: fine)").matches;
    this.opened = true;
    if (quietly) return;
    if (again) this.composer.focus();
    else focusTo(this.title);
  }

  /** Beside the page where there is room, over it where there is none. */
  open(quietly = false) {
    const modal = this.narrow.matches && !quietly;
    const { element } = this;
    const focused = element.getRootNode().activeElement;
    this.close();
    if (modal) element.showModal();
    else if (POPOVER) element.showPopover();
    else element.show();
    if (element.contains(focused)) focused.focus();
  }

  close() {
    if (POPOVER && this.element.matches(":popover-open")) this.element.hidePopover();
    this.element.close();
  }

  atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    return this.shown && scrollHeight - scrollTop - clientHeight < 200;
  }
}
