// The movement rule of the bench on a plain, in the integers that Aukio's protocol uses (SPEC 9 and
// 11): places in 1/65536 m, headings in 1/1024 turn, speeds in 1/32 m/s.

export const TICK_HZ = 20;
export const STAND = 0;

const TARGETS = [0, 45, 128]; // standing, walking, running
const ACCELERATION = Math.floor(640 / TICK_HZ); // 20 m/s2, as 1/32 m/s in a tick
const SPEED_STEP = 2048; // 1/32 m/s in 1/65536 m/s
const SINE = Int32Array.from({ length: 1024 }, (_, i) =>
  Math.round(65536 * Math.sin((2 * Math.PI * i) / 1024)),
);

/** Somebody on the plaza: a place, a heading, a speed, and the wish that moves them. */
export class Walker {
  heading = 0;
  speed = 0;
  yaw = 0;
  wish = 0; // the heading wished
  gait = STAND;

  constructor(x, z) {
    this.x = x;
    this.z = z;
  }

  /** Walks one tick. A length is at most 13,107, so the products stay within 32 bits. */
  step() {
    const target = TARGETS[this.gait];
    if (this.gait !== STAND) this.heading = this.wish;
    if (this.speed < target) this.speed = Math.min(this.speed + ACCELERATION, target);
    else if (this.speed > target) this.speed = Math.max(this.speed - ACCELERATION, target);
    if (this.speed === 0) return;
    const length = Math.floor((this.speed * SPEED_STEP) / TICK_HZ);
    this.x += (length * SINE[this.heading] + 32768) >> 16;
    this.z -= (length * SINE[(this.heading + 256) % 1024] + 32768) >> 16;
  }
}
