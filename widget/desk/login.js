/** Logging in: as the page, or over it where a log-in has ended, so that nothing that was typed is lost. */

import { h } from "../shared/core/dom.js";
import { Failure } from "../shared/net/api.js";
import { field, wrong } from "../shared/parts/field.js";

/** @typedef {{ username: string, password: string, role: string }} DemoAccount */

/**
 * The form. `entered(me)` is called when somebody is in.
 * @param {import("./api.js").Api} api
 * @param {(key: string, values?: object) => string} t
 * @param {(me: object) => void} entered
 * @param {string} [username] Who was logged in before.
 */
export function loginForm(api, t, entered, username = "") {
  const plain = { autocapitalize: "none", spellcheck: "false", required: true };
  const name = h("input", { name: "username", autocomplete: "username", ...plain, value: username });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
  const submit = async (event) => {
    event.preventDefault();
    wrong(name, "");
    try {
      const me = await api.enter(name.value, password.value);
      api.me = me;
      entered(me);
    } catch (failure) {
      password.value = "";
      wrong(name, (failure instanceof Failure && failure.detail) || t("desk.failed"));
    }
  };
  const form = h(
    "form",
    { class: "login", novalidate: true, onsubmit: submit },
    field(t("desk.username"), name),
    field(t("desk.password"), password),
    h("button", { type: "submit" }, t("desk.log_in")),
  );
  showDemo(api, t, form, (account) => {
    name.value = account.username;
    password.value = account.password;
    form.requestSubmit();
  });
  return form;
}

/** The log-ins of a demo, where the service says that this is one. */
async function showDemo(api, t, form, take) {
  let found;
  try {
    found = (await api.once("GET", "/staff/demo").then((response) => response.json())).demo;
  } catch {
    return;
  }
  const items = found.map((account) =>
    h(
      "li",
      {},
      h("button", { type: "button", class: "quiet", onclick: () => take(account) }, h("bdi", {}, account.username), ` (${account.role})`),
      " ",
      h("span", { class: "muted" }, `${t("desk.password")}: `, h("code", { dir: "ltr" }, account.password)),
    ),
  );
  form.append(h("section", { class: "notice" }, h("h2", {}, t("desk.demo")), h("p", {}, t("desk.demo_help")), h("ul", { class: "plain" }, items)));
}

/** The form as the whole page. */
export function loginPage(api, t, entered) {
  return h("main", { class: "alone" }, h("h1", {}, t("desk.title")), loginForm(api, t, entered));
}

/** The form over the page; resolves when somebody is in. Closing it by Esc is no way around it. */
export function loginDialog(api, t, username) {
  return new Promise((done) => {
    const dialog = h("dialog", { "aria-labelledby": "again", onclose: () => dialog.isConnected && dialog.showModal() });
    const entered = (me) => {
      dialog.remove();
      done(me);
    };
    const form = loginForm(api, t, entered, username);
    dialog.append(h("h2", { id: "again" }, t("desk.log_in_again")), h("p", {}, t("desk.log_in_kept")), form);
    document.body.append(dialog);
    dialog.showModal();
    form.querySelector("[name=password]").focus();
  });
}
