/** How the time of a line is written. */
export type TimeMode = "clock" | "elapsed" | "off";

const NEXT: Readonly<Record<TimeMode, TimeMode>> = { clock: "elapsed", elapsed: "off", off: "clock" };

export function nextTimeMode(mode: TimeMode): TimeMode {
  return NEXT[mode];
}

export function timeText(mode: TimeMode, at: number | null, startedAt: number | null): string {
  if (mode === "off" || at === null) return "";
  return mode === "clock" ? clockText(at) : elapsedText(startedAt === null ? 0 : Math.max(0, at - startedAt));
}

/** `14:30:04.118` in the reader's zone. */
function clockText(at: number): string {
  const time = new Date(at);
  const [hours, minutes, seconds] = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return `${two(hours)}:${two(minutes)}:${two(seconds)}.${three(time.getMilliseconds())}`;
}

/** `+0:04.118`, `+1:02:03.004`. */
function elapsedText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const head = hours > 0 ? `${hours}:${two(minutes)}` : String(minutes);
  return `+${head}:${two(seconds % 60)}.${three(ms % 1_000)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function three(value: number): string {
  return String(Math.floor(value)).padStart(3, "0");
}
