/** The plain page as a conversation. Without this script its form works too, and each message asks the page anew. */

import { h } from "../shared/core/dom.js";
import { Composer } from "./composer.js";
import { Kept } from "./kept.js";
import { Talk } from "./talk.js";

/** Let the form of the page talk. */
function begin(place) {
  const settings = JSON.parse(place.dataset.settings);
  // Sources may not stand in a frame of somebody else.
  settings.tabs = self !== top;
  const words = JSON.parse(place.dataset.words);
  const form = /** @type {HTMLFormElement} */ (document.getElementById("ask"));
  const field = /** @type {HTMLTextAreaElement} */ (document.getElementById("question"));
  const kept = new Kept(settings.site);
  const atEnd = () => form.getBoundingClientRect().top < innerHeight + 200;
  const composer = new Composer(form, field, kept);
  const position = () => scrollY;
  const talk = new Talk({ settings, words, replies: JSON.parse(place.dataset.replies), kept, composer, atEnd, position });
  place.append(...talk.parts);
  form.after(h("details", { class: "menu" }, h("summary", {}, words["talk.menu"]), talk.menu.body));
  // What the page said for one question without a script is no longer so.
  const privacy = document.getElementById("privacy");
  if (privacy) privacy.textContent = words["conversation.privacy"];
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button[name=person], button[value=person]"))) {
    button.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      talk.person.open();
    });
  }
  talk.restore();
}

const place = document.getElementById("talk");
// A conversation that was begun without scripts goes on without them.
if (place && !document.querySelector(".without-script") && "TextDecoderStream" in window && "timeout" in AbortSignal) begin(place);
