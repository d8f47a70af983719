/** Words of the interface by key; what they say is data of the page, never of its code. */

import { filled } from "./dom.js";

/**
 * A function that gives the words of a key with its {places} filled; an unknown key is shown as it is.
 * @param {Record<string, string>} table
 * @returns {(key: string, values?: Record<string, unknown>) => string}
 */
export function speaker(table) {
  return (key, values = {}) => filled(table[key] ?? key, values);
}
