/** Reading aloud, by a voice that this device has itself: no word of an answer leaves it. */

import { h } from "../shared/core/dom.js";

let speaking = null;

function voice(language) {
  const local = globalThis.speechSynthesis?.getVoices().filter((one) => one.localService) ?? [];
  return local.find((one) => one.lang.split(/[-_]/)[0] === language) ?? null;
}

/** A button that reads a reply aloud; hidden while the device has no voice of its own for that language. */
export function readAloud(reply, words) {
  const button = h("button", { type: "button", class: "quiet", hidden: !voice(reply.language) }, words["widget.read"]);
  globalThis.speechSynthesis?.addEventListener("voiceschanged", () => {
    button.hidden = !voice(reply.language);
  });
  button.addEventListener("click", () => {
    const mine = speaking === button;
    speechSynthesis.cancel();
    if (!mine) read(button, reply, words);
  });
  return button;
}

function read(button, reply, words) {
  const said = new SpeechSynthesisUtterance(reply.statements.map((one) => one.text).join(" "));
  said.lang = reply.language;
  said.voice = voice(reply.language);
  said.addEventListener("end", () => done());
  said.addEventListener("error", () => done());
  const done = () => {
    if (speaking === button) speaking = null;
    button.textContent = words["widget.read"];
  };
  speaking = button;
  button.textContent = words["widget.quiet"];
  speechSynthesis.speak(said);
}
