/** A call-back, or an answer by mail: what is needed for it and nothing else, with each error at its field. */

import { filled, h, shownRange } from "../shared/core/dom.js";
import { button, field, radios, wrong } from "../shared/parts/field.js";

/** Promised by the clock of who calls, wherever the citizen is. */
const WINDOW = {
  weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Brussels",
};

/**
 * Show the form of a route.
 * @param {import("./person.js").Person} person
 * @param {{ route: "callback"|"email", windows?: { start: string, end: string }[] }} offer
 * @param {{ id: string, name: string }} [counter] Where an appointment is wanted.
 */
export function contactForm(person, { route, windows = [] }, counter) {
  const { words } = person;
  const calls = route === "callback";
  const main = calls
    ? h("input", { type: "tel", inputmode: "tel", autocomplete: "tel", dir: "ltr" })
    : h("input", { type: "email", autocomplete: "email", dir: "ltr" });
  const name = h("input", { autocomplete: "name", maxlength: "100", dir: "auto" });
  const when = calls && windows.length ? moments(words, windows, person.language) : null;
  const submit = (event) => {
    event.preventDefault();
    const ill = calls && !main.value.trim() ? words["person.phone_first"] : "";
    wrong(main, ill);
    if (!ill) person.try(() => send(person, route, { main, name, when, counter }));
  };
  const form = h(
    "form",
    { novalidate: true, onsubmit: submit },
    counter ? h("p", {}, filled(words["person.appointment_at"], { name: counter.name })) : null,
    calls ? field(words["person.phone"], main, words["person.phone_hint"]) : field(words["person.address"], main),
    field(words["person.name"], name),
    when,
    h("p", { class: "muted" }, words["person.sealed"]),
    h("p", { class: "acts" },
      h("button", { type: "submit" }, words[calls ? "person.ask_callback" : "person.ask_email"]),
      button(words["person.back"], () => person.open(), { class: "quiet" })),
  );
  person.show(words[`person.${route}`], [form]);
}

async function send(person, route, { main, name, when, counter }) {
  const chosen = when?.querySelector("input:checked")?.value;
  const slots = {
    [route === "callback" ? "phone" : "email"]: main.value.trim(),
    ...(name.value.trim() ? { name: name.value.trim() } : {}),
    ...(chosen ? { window: chosen } : {}),
    ...(counter ? { counter: counter.id } : {}),
  };
  try {
    await person.ask({ route, consent: "full", slots });
  } catch (failure) {
    if (failure.status !== 422 && failure.status !== 429) throw failure;
    // What was given is named where the service names it; the number or the address is the first to look at.
    wrong(failure.problem.slot === "window" && when ? when.querySelector("input") : main, failure.detail);
  }
}

/** The moments on offer, as radio buttons; the first is on. */
function moments(words, windows, language) {
  const told = ({ start, end }) => shownRange(new Date(start), new Date(end), language, WINDOW);
  return radios(words["person.when"], "window", windows.map((one) => [one.start, told(one)]), windows[0].start);
}
