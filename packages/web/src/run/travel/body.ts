import type { EventView } from "../../api/client.ts";

/** The body of an event is open: its fields are read one by one, and what is missing is empty. */

export function textIn(event: EventView, key: string): string {
  const value = event.body[key];
  return typeof value === "string" ? value : "";
}

export function textOrNullIn(event: EventView, key: string): string | null {
  const value = event.body[key];
  return typeof value === "string" ? value : null;
}

export function numberIn(event: EventView, key: string): number {
  return numberOrNullIn(event, key) ?? 0;
}

export function numberOrNullIn(event: EventView, key: string): number | null {
  const value = event.body[key];
  return typeof value === "number" ? value : null;
}

export function isSetIn(event: EventView, key: string): boolean {
  return event.body[key] === true;
}

export function numbersIn(event: EventView, key: string): readonly number[] {
  const value = event.body[key];
  return Array.isArray(value) ? value.filter((each) => typeof each === "number") : [];
}

export function recordIn(event: EventView, key: string): Readonly<Record<string, unknown>> {
  const value = event.body[key];
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
