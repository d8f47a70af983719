/** Links on the desk: what leads away opens beside it, and a source is opened where it stands. */

import { h } from "../shared/core/dom.js";

/** Let the links of a part that lead away from the desk open in a new tab, and say so. Returns the part. */
export function away(desk, part) {
  for (const link of part.querySelectorAll('a[href]:not([href^="#"], [href^="tel:"])')) {
    link.target = "_blank";
    link.append(h("span", { class: "heard" }, ` (${desk.t("desk.new_tab")})`));
  }
  return part;
}

/** A mark like [1] opens its source; the address of the page stays that of the conversation. */
export function opensSources(part) {
  part.addEventListener("click", (event) => {
    const mark = event.target.closest('a[href^="#source-"]');
    if (!mark) return;
    event.preventDefault();
    const source = document.getElementById(mark.hash.slice(1));
    const quote = source?.querySelector("details");
    if (!quote) return;
    quote.open = true;
    quote.querySelector("summary").focus();
    source.scrollIntoView({ block: "nearest" });
  });
}
