/** A list that follows its data: a row that did not change is left alone, and focus is never lost under somebody. */

import { focusable, focusTo } from "../core/focus.js";

export class Rows {
  /**
   * @param {Element} list Gets the rows.
   * @param {object} does
   * @param {(item: object) => string|number} does.key Tells items apart.
   * @param {(item: object) => Element} does.row Makes the row of an item.
   * @param {() => Element} does.fallback Gets the focus where the last row that had it goes.
   */
  constructor(list, { key, row, fallback }) {
    this.list = list;
    this.key = key;
    this.row = row;
    this.fallback = fallback;
    this.shown = new Map();
  }

  /** Show these items, in this order. */
  show(items) {
    const active = this.list.contains(document.activeElement) ? document.activeElement : null;
    const at = [...this.list.children].findIndex((row) => row.contains(active));
    const key = [...this.shown].find(([, one]) => active && one.element.contains(active))?.[0];
    const place = active ? focusable(this.list.children[at]).indexOf(active) : -1;
    const now = new Map();
    for (const item of items) now.set(this.key(item), this.kept(item));
    for (const [key, { element }] of this.shown) if (now.get(key)?.element !== element) element.remove();
    this.shown = now;
    for (const [number, { element }] of [...now.values()].entries()) {
      if (this.list.children[number] !== element) this.list.insertBefore(element, this.list.children[number] ?? null);
    }
    if (active) this.refocus(active, now.get(key)?.element ?? this.list.children[Math.min(at, now.size - 1)], place);
  }

  /** The row of an item: the one that is there if it says the same, else a new one with the same parts open. */
  kept(item) {
    const before = this.shown.get(this.key(item));
    const json = JSON.stringify(item);
    if (before?.json === json) return before;
    const element = this.row(item);
    if (before) {
      const open = [...before.element.querySelectorAll("details")].map((one) => one.open);
      for (const [number, one] of [...element.querySelectorAll("details")].entries()) one.open = open[number] ?? false;
      before.element.replaceWith(element);
    }
    return { json, element };
  }

  refocus(active, row, place) {
    if (document.activeElement === active) return;
    const found = row ? focusable(row) : [];
    if (active.isConnected) active.focus();
    else focusTo(found[place] ?? found.at(-1) ?? this.fallback());
  }
}
