/** Recording one's own motion: begins and ends when the person says so, and gives them a file. */

import type { Presence } from "./presence";
import { decodeInput } from "./protocol/input";
import { clipText, MotionRecorder } from "./state/motion-clip";
import type { PageModel } from "./ui/model";
import { download } from "./ui/sharing";
import type { Store } from "./ui/store";
import { type Sentence, sentence } from "./ui/texts/shape";

export interface RecordingParts {
  readonly presence: Presence;
  readonly page: Store<PageModel>;
  /** With what one steers: written into the file. */
  readonly hands: () => string;
  readonly isInHeadset: () => boolean;
  readonly remark: (what: Sentence) => void;
  /** It ends by itself after this. */
  readonly mostS: number;
}

export class Recording {
  private readonly parts: RecordingParts;
  private recorder: MotionRecorder | null = null;

  constructor(parts: RecordingParts) {
    this.parts = parts;
  }

  begin(): void {
    const { presence, page, mostS } = this.parts;
    if (presence.visit === null) return;
    this.recorder = new MotionRecorder(presence.visit.welcome.tick_hz, mostS);
    page.change({ recordedS: 0 });
  }

  /** Takes an input as it leaves. */
  note(bytes: Uint8Array): void {
    const { recorder } = this;
    if (recorder === null) return;
    recorder.note(decodeInput(bytes), this.parts.isInHeadset());
    const { page } = this.parts;
    const seconds = Math.floor(recorder.seconds);
    if (seconds !== page.value.recordedS) page.change({ recordedS: seconds });
    if (recorder.isFull) this.end();
  }

  /** Ends and hands over the file; without anything recorded there is none. Runs also when the line is lost. */
  end(): void {
    const { recorder } = this;
    if (recorder === null) return;
    this.recorder = null;
    this.parts.page.change({ recordedS: null });
    if (recorder.seconds === 0) return;
    const clip = recorder.clip(this.parts.hands());
    const file = `aukio-motion-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.json`;
    download(new Blob([clipText(clip)], { type: "application/json" }), file);
    this.parts.remark(sentence("recording.saved", { file }));
  }
}
