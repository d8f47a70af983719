/** A conversation on paper, from a page that is somebody else's: only the conversation, every part of it open. */

import { direction } from "../shared/core/dom.js";
import { texts } from "./style.js";

/**
 * Print a part of the panel by way of a frame of its own.
 * @param {Element} part
 * @param {import("./service.js").Settings} settings
 */
export function printed(part, { language, name }) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.body.append(frame);
  const { contentDocument: paper } = frame;
  const window = /** @type {any} */ (frame.contentWindow);
  if (!paper || !window) return;
  paper.documentElement.lang = language;
  paper.documentElement.dir = direction(language);
  paper.title = name;
  const copy = /** @type {Element} */ (paper.importNode(part, true));
  for (const details of copy.querySelectorAll("details")) details.open = true;
  for (const control of copy.querySelectorAll("button, .under, .related, .at")) control.remove();
  const place = paper.createElement("div");
  place.className = "assistant paper";
  place.append(copy);
  paper.body.append(place);
  paper.adoptedStyleSheets = texts({ theme: "light", brand: "" }).map((text) => {
    const sheet = new window.CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  window.addEventListener("afterprint", () => frame.remove());
  window.print();
}
