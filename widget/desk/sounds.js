/** Three short sounds, made here: new work, my citizen wrote, danger. Silent unless somebody asked for sounds. */

const TONES = { work: [440], message: [660, 880], danger: [880, 440, 880, 440] };
const LENGTH = 0.14;

export class Sounds {
  /** @param {import("./preferences.js").Preferences} preferences */
  constructor(preferences) {
    this.preferences = preferences;
    this.context = null;
  }

  /** Play a sound; a browser that allows none stays silent. */
  play(name) {
    if (!this.preferences.value.sounds || !("AudioContext" in window)) return;
    this.context ??= new AudioContext();
    if (this.context.state === "suspended") this.context.resume().catch(() => {});
    for (const [number, tone] of TONES[name].entries()) this.tone(tone, this.context.currentTime + number * LENGTH);
  }

  tone(frequency, at) {
    const source = new OscillatorNode(this.context, { frequency });
    const volume = new GainNode(this.context, { gain: 0.08 });
    source.connect(volume).connect(this.context.destination);
    source.start(at);
    source.stop(at + LENGTH * 0.9);
  }
}
