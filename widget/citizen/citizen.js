/** `<citizen-assistant site lang theme position open>`: the help on any page. Until it works, and where it cannot, what
 * the page has inside the tag is what there is: a phone and a counter. */

import { h } from "../shared/core/dom.js";
import { request } from "../shared/net/api.js";
import { Kept } from "./kept.js";
import { Launcher } from "./launcher.js";
import { Panel } from "./panel.js";
import { seeds } from "./seeds.js";
import { sheets } from "./style.js";

const AGAIN = 30_000;

class CitizenAssistant extends HTMLElement {
  static observedAttributes = ["lang", "open", "theme"];

  connectedCallback() {
    this.back = () => this.begin();
    addEventListener("online", this.back);
    // A page may have other colours in the dark.
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dress = () => this.panel && this.wear();
    this.dark.addEventListener("change", this.dress);
    this.begin();
  }

  disconnectedCallback() {
    this.dark.removeEventListener("change", this.dress);
    removeEventListener("online", this.back);
    clearTimeout(this.timer);
    this.panel?.leave();
  }

  attributeChangedCallback(name, before, now) {
    if (!this.panel || before === now) return;
    if (name === "open") this.panel.show(now !== null);
    if (name === "theme") this.wear();
    if (name === "lang" && !this.kept.value.language) this.speak(now ?? "");
  }

  /** Begin as soon as the service answers; until then, and without it, the page is as it was. */
  async begin() {
    clearTimeout(this.timer);
    if (this.panel) {
      this.panel.come();
      return;
    }
    if (this.beginning || !usable()) return;
    this.beginning = true;
    try {
      this.kept = new Kept(this.getAttribute("site") ?? "");
      await this.build(this.kept.value.language || (this.lang ?? ""));
    } catch {
      if (!this.panel) this.frame?.remove();
      if (this.isConnected) this.timer = setTimeout(() => this.begin(), AGAIN);
    }
    this.beginning = false;
  }

  async build(language) {
    const given = await this.ask(language);
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    this.given = given;
    this.frame = h("div", { class: "assistant", lang: given.settings.language });
    this.launcher = new Launcher(given, this.kept, this.getAttribute("position") === "start");
    this.frame.append(this.launcher.element);
    this.wear();
    // What the page has inside the tag stays where it is: nothing on the page moves, and the phone is always there.
    root.replaceChildren(h("slot"), this.frame);
    // The launcher is seen before what it opens is made.
    if (!this.panel) await painted();
    this.panel = new Panel(this);
    this.frame.append(this.panel.element);
    this.panel.begin();
    if (this.hasAttribute("open")) this.panel.show(true, { quietly: true });
    this.launcher.opens(this.panel);
  }

  /** What the service tells of the site in a language. */
  async ask(language) {
    const site = this.getAttribute("site");
    const wish = new URLSearchParams({ ...(site ? { site } : {}), ...(language ? { language: language.split("-")[0] } : {}) });
    const own = language || document.documentElement.lang || navigator.language;
    const given = await (await request("GET", `/widget?${wish}`, { language: own })).json();
    const chosen = Boolean(this.kept.value.language);
    Object.assign(given.settings, { chosen, tabs: true, page: this.getAttribute("page") ?? location.pathname });
    return given;
  }

  /** Speak another language from now on; the conversation, and what is being written, stay. */
  async speak(language, { chosen = false } = {}) {
    if (chosen) this.kept.set({ language });
    const open = this.panel.shown;
    this.panel.leave();
    await this.build(language);
    if (open) this.panel.show(true);
  }

  wear() {
    const { style } = this.given;
    this.shadowRoot.adoptedStyleSheets = sheets({ theme: this.getAttribute("theme"), brand: style.brand, seeds: seeds(this) });
  }
}

/** When the next frame is on the screen; at once where nobody looks. */
function painted() {
  return new Promise((done) => (document.hidden ? done(null) : requestAnimationFrame(() => setTimeout(done))));
}

/** Whether this browser has what the conversation needs. */
function usable() {
  return "TextDecoderStream" in window && "timeout" in AbortSignal && "adoptedStyleSheets" in document && "HTMLDialogElement" in window;
}

if (!customElements.get("citizen-assistant")) customElements.define("citizen-assistant", CitizenAssistant);
