/** What is heard of what comes in: politely, once, and without chatter; danger and what is mine to take goes first. */

import { isDanger, titleOf } from "./names.js";

const QUEUE_EVERY = 30_000;

export class Hearing {
  /** @param {import("./shapes.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.told = 0;
  }

  /** The desk is not as it was. */
  changed(before, after) {
    const { desk } = this;
    const { t } = desk;
    const known = new Map(before.queue.map((one) => [one.id, one.reserved_for]));
    const fresh = after.queue.filter((one) => !known.has(one.id));
    const me = after.me.username;
    const forMe = after.queue.filter((one) => one.reserved_for === me && known.get(one.id) !== me);
    for (const one of forMe) desk.say(t("desk.assigned", { title: titleOf(desk, one) }), { urgent: true });
    const room = after.presence.state === "available" && after.presence.has < after.presence.capacity;
    if (!forMe.length && (!fresh.length || !room || Date.now() - this.told < QUEUE_EVERY)) return;
    if (!forMe.length) desk.say(t("desk.waiting_n", { n: after.queue.length }));
    this.told = Date.now();
    desk.sounds.play("work");
  }

  /** Something was said in a conversation of mine; `open` where it is looked at. */
  event(conversation, event, open) {
    const { desk } = this;
    const { t } = desk;
    const mine = desk.state.mine.find((one) => one.conversation_id === conversation);
    const language = mine?.language;
    if (isDanger(event)) {
      const words = event.reply ? event.reply.text.split("\n")[0] : event.text;
      desk.say(open || !mine ? words : `${titleOf(desk, mine)}: ${words}`, { urgent: true, language });
      desk.sounds.play("danger");
      return;
    }
    if (event.author !== "citizen") return;
    if (open) desk.say(`${t("desk.who_citizen")}: ${event.text}`, { language });
    else if (mine) desk.say(t("desk.new_message", { title: titleOf(desk, mine) }));
    if (!open || document.hidden) desk.sounds.play("message");
  }
}
