/** Focus: moved by what somebody did, and never lost by what came in. */

const TAKES_FOCUS = "a[href], button:not([disabled]), input:not([disabled]), select, textarea, summary, [tabindex]";

/** What takes focus inside an element, in order. */
export function focusable(element) {
  return [...element.querySelectorAll(TAKES_FOCUS)].filter((one) => one.checkVisibility?.() ?? true);
}

/** Let an element have the focus, also one that has no place in the tab order. */
export function focusTo(element) {
  if (!element) return;
  if (!element.matches(TAKES_FOCUS)) element.setAttribute("tabindex", "-1");
  element.focus();
}
