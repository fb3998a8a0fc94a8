/** The sixteen colours of a log: tokens that keep a contrast of 4.5 on every ground of a log, in both themes. */
export const COLOURS = [
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
  "white",
  "bright-black",
  "bright-red",
  "bright-green",
  "bright-yellow",
  "bright-blue",
  "bright-magenta",
  "bright-cyan",
  "bright-white",
] as const;
export type Colour = (typeof COLOURS)[number];

/** Of the 256 colours: 16 named, a cube of 6 × 6 × 6, 24 greys. */
export function indexed(index: number): Colour | null {
  if (index < 16) return COLOURS[index] ?? null;
  if (index > 255) return null;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return nearest(grey, grey, grey);
  }
  const at = index - 16;
  return nearest(step(Math.floor(at / 36)), step(Math.floor(at / 6) % 6), step(at % 6));
}

function step(value: number): number {
  return value === 0 ? 0 : 55 + value * 40;
}

/** The token of nearest hue; what has no hue is a grey by its lightness. Channels 0 to 255. */
export function nearest(red: number, green: number, blue: number): Colour {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const light = (most + least) / 2;
  const chroma = most - least;
  if (chroma < 36) {
    if (light < 64) return "black";
    if (light < 150) return "bright-black";
    return light < 225 ? "white" : "bright-white";
  }
  const hue = hueOf(red, green, blue, most, chroma);
  const name = hueName(hue);
  return light > 150 ? (`bright-${name}` as const) : name;
}

function hueOf(red: number, green: number, blue: number, most: number, chroma: number): number {
  if (most === red) return (((green - blue) / chroma) * 60 + 360) % 360;
  return most === green ? ((blue - red) / chroma) * 60 + 120 : ((red - green) / chroma) * 60 + 240;
}

function hueName(hue: number): "red" | "yellow" | "green" | "cyan" | "blue" | "magenta" {
  if (hue < 22 || hue >= 345) return "red";
  if (hue < 70) return "yellow";
  if (hue < 160) return "green";
  if (hue < 200) return "cyan";
  return hue < 262 ? "blue" : "magenta";
}
