/** Which part of the graph is seen: a scale and where the graph's origin lies on the canvas. */
export interface View {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const K_MIN = 0.04;
const K_MAX = 2.5;
/** Left of the graph stand the layers' times. */
export const GUTTER = 92;
const EDGE = 8;

/** A graph is not made smaller than this unless a hand asks for it: there would be nothing to see. */
export const FIRST_K = 0.13;

/** The whole graph, never larger than life, beside the gutter; its top when it would be smaller than `least`. */
export function fitView(graph: Size, canvas: Size, least = K_MIN): View {
  const room = { width: canvas.width - GUTTER - 2 * EDGE, height: canvas.height - 2 * EDGE };
  if (graph.width <= 0 || graph.height <= 0 || room.width <= 0 || room.height <= 0)
    return { k: 1, x: GUTTER + EDGE, y: EDGE };
  const k = Math.max(least, clampScale(Math.min(1, room.width / graph.width, room.height / graph.height)));
  return { k, x: GUTTER + EDGE + (room.width - graph.width * k) / 2, y: EDGE };
}

/** Scaled about a point of the canvas, which stays where it is. */
export function zoomAt(view: View, factor: number, x: number, y: number): View {
  const k = clampScale(view.k * factor);
  const real = k / view.k;
  return { k, x: x - (x - view.x) * real, y: y - (y - view.y) * real };
}

/** Moved; some of the graph always stays in sight. */
export function panBy(view: View, dx: number, dy: number, graph: Size, canvas: Size): View {
  const keep = 60;
  const bound = (value: number, size: number, room: number): number =>
    Math.min(room - keep, Math.max(keep - size * view.k, value));
  return {
    k: view.k,
    x: bound(view.x + dx, graph.width, canvas.width),
    y: bound(view.y + dy, graph.height, canvas.height),
  };
}

/** Moved just so far that a box is wholly in sight; as it is when it already is. */
export function revealed(view: View, box: Rect, canvas: Size): View {
  const left = box.left * view.k + view.x;
  const right = box.right * view.k + view.x;
  const top = box.top * view.k + view.y;
  const bottom = box.bottom * view.k + view.y;
  const dx = left < GUTTER ? GUTTER - left + 20 : right > canvas.width ? canvas.width - right - 20 : 0;
  const dy = top < 0 ? 20 - top : bottom > canvas.height ? canvas.height - bottom - 20 : 0;
  return dx === 0 && dy === 0 ? view : { k: view.k, x: view.x + dx, y: view.y + dy };
}

/** What of the graph is in sight, with a margin, in steps: it stays the same while one pans a little. */
export function seen(view: View, canvas: Size): Rect {
  const step = 256 / view.k;
  const down = (value: number): number => Math.floor(value / step) * step;
  return {
    left: down(-view.x / view.k),
    top: down(-view.y / view.k),
    right: down((canvas.width - view.x) / view.k) + step,
    bottom: down((canvas.height - view.y) / view.k) + step,
  };
}

export function meets(rect: Rect, left: number, top: number, right: number, bottom: number): boolean {
  return left <= rect.right && right >= rect.left && top <= rect.bottom && bottom >= rect.top;
}

/** Dots: so small that only colour is seen. Far: marks. Middle: names too. Near: facts too. */
export type Level = "dots" | "far" | "middle" | "near";

export function levelOf(k: number): Level {
  return k < 0.2 ? "dots" : k < 0.42 ? "far" : k < 0.72 ? "middle" : "near";
}

function clampScale(k: number): number {
  return Math.min(K_MAX, Math.max(K_MIN, k));
}
