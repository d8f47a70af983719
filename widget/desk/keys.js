/** Keys of one letter, outside text fields and only for who asked for them; none of them sends anything. */

const KEYS = { c: "claim", n: "next", r: "reply", i: "note", q: "queue", s: "help" };

/**
 * Listen for keys.
 * @param {import("./preferences.js").Preferences} preferences
 * @param {Record<string, () => void>} does What each key does, by its name.
 */
export function listen(preferences, does) {
  document.addEventListener("keydown", (event) => {
    if (!preferences.value.keys || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const name = KEYS[event.key];
    if (!name) return;
    event.preventDefault();
    does[name]();
  });
}
