import { expect, test } from "vitest";
import type { Published } from "../engine/port.ts";
import { exampleEvent, exampleHeader, exampleNote } from "../store/suite/example.ts";
import { Activity } from "./activity.ts";

function told(events: number): Published {
  return {
    kind: "run",
    position: 1,
    namespace: "default",
    run: "run_a",
    header: exampleHeader("running", 1_000, 1),
    events: Array.from({ length: events }, (_, index) => exampleEvent(index + 1)),
  };
}

test("activity is high when many facts came since the last look, in few runs or many", () => {
  const activity = new Activity();
  expect(activity.wasHigh()).toBe(false);
  activity.hear([told(40), { kind: "note", position: 2, note: exampleNote("build") }]);
  expect(activity.wasHigh()).toBe(false);
  activity.hear([told(30)]);
  activity.hear([told(30)]);
  expect(activity.wasHigh()).toBe(true);
  expect(activity.wasHigh()).toBe(false);
});
