/** Fields of a form: a label, a hint and an error that belong to it, in one part of the page. */

import { h } from "../core/dom.js";

let made = 0;

/** An id that nothing else on the page has. */
export function freshId(name) {
  made += 1;
  return `${name}-${made}`;
}

/**
 * A label with its control under it. The control gets an id, `hint` is told with it.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {string} [hint]
 */
export function field(label, control, hint = "") {
  control.id ||= freshId("field");
  const told = hint ? h("p", { class: "hint", id: `${control.id}-hint` }, hint) : null;
  if (told) control.setAttribute("aria-describedby", told.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), told, control);
}

/** A select of [value, words] pairs. */
export function choose(options, chosen = "", attributes = {}) {
  const items = options.map(([value, words]) => h("option", { value, selected: value === chosen }, words));
  return h("select", attributes, items);
}

/** A group of radio buttons of [value, words] pairs; `chosen` is on. */
export function radios(legend, name, options, chosen) {
  const items = options.map(([value, words]) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name, value, checked: value === chosen }), " ", words),
  );
  return h("fieldset", {}, h("legend", {}, legend), items);
}

/** Say what is wrong with a control, under its label, and let it have the focus; "" takes it away. */
export function wrong(control, words) {
  const id = `${control.id}-error`;
  control.getRootNode().querySelector(`[id="${id}"]`)?.remove();
  control.removeAttribute("aria-invalid");
  const told = control.getAttribute("aria-describedby")?.split(" ").filter((one) => one !== id) ?? [];
  if (words) {
    control.before(h("p", { class: "error", id, role: "alert" }, words));
    control.setAttribute("aria-invalid", "true");
    told.push(id);
  }
  if (told.length) control.setAttribute("aria-describedby", told.join(" "));
  else control.removeAttribute("aria-describedby");
  if (words) control.focus();
}

/** A button that does something; more than one press at a time does it once. */
export function button(words, does, attributes = {}) {
  let busy = false;
  const act = async (event) => {
    if (busy) return;
    busy = true;
    try {
      await does(event);
    } finally {
      busy = false;
    }
  };
  return h("button", { type: "button", ...attributes, onclick: act }, words);
}
