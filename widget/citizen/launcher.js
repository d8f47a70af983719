/** The button at the edge of the page: it opens the help, and says when something new is there. Nothing opens by itself. */

import { filled, h } from "../shared/core/dom.js";

export class Launcher {
  /**
   * @param {{ words: Record<string, string> }} given
   * @param {import("./kept.js").Kept} kept
   * @param {boolean} atStart On which side of the page it is.
   */
  constructor({ words }, kept, atStart) {
    /** @type {import("./panel.js").Panel|null} What it opens, as soon as that is made. */
    this.panel = null;
    this.pressed = false;
    this.words = words;
    this.kept = kept;
    this.came = 0;
    this.news = h("span", { class: "count", hidden: true });
    this.element = h(
      "button",
      { type: "button", class: atStart ? "launcher start" : "launcher", part: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false" },
      h("span", {}, words["widget.launcher"]),
      this.news,
    );
    this.element.addEventListener("click", () => {
      this.pressed = true;
      this.panel?.show(true);
    });
  }

  /** From now on it opens this panel; who pressed already sees it. */
  opens(panel) {
    this.panel = panel;
    if (this.pressed) panel.show(true);
  }

  /** Something was said that is not on the screen; what was seen before is not new. */
  told(seq) {
    if (this.panel.shown) {
      this.kept.set({ seen: Math.max(seq, this.kept.value.seen) });
      return;
    }
    if (seq <= this.kept.value.seen) return;
    this.came += 1;
    this.say();
  }

  /** Whether the panel is open: then all that came is seen. */
  opened(open) {
    this.element.setAttribute("aria-expanded", String(open));
    this.element.hidden = open;
    if (open) this.came = 0;
    this.say();
  }

  say() {
    this.news.hidden = this.came === 0;
    this.news.textContent = this.came ? ` · ${filled(this.words["widget.news"], { n: this.came })}` : "";
  }
}
