import { describe, expect, it } from "vitest";
import { answerOf, deliveryText, missedText, momentText, restingText } from "./words.ts";

const soon = () => "in 5 min";
const at = (pipeline: string, next: readonly string[], paused = false) => ({
  pipeline,
  kind: "cron",
  armed: true,
  paused,
  next: [...next],
});
const behind = (pipeline: string) => ({ ...at(pipeline, []), kind: "pipeline" });
const unarmed = (pipeline: string) => ({ ...at(pipeline, []), kind: "git", armed: false });

describe("the answer of the triggers' page", () => {
  it.each([
    ["Nothing starts by itself.", []],
    [
      "Two triggers are armed. Next is b, in 5 min.",
      [at("a", ["2026-11-20T00:00:00Z"]), at("b", ["2026-11-19T00:00:00Z"])],
    ],
    [
      "One trigger is armed. Next is a, in 5 min. 1 trigger rests.",
      [at("a", ["2026-11-20T00:00:00Z"]), at("b", ["2026-11-19T00:00:00Z"], true)],
    ],
    ["No trigger is armed. 2 triggers rest.", [at("a", []), at("b", [], true)]],
    ["One trigger is armed. 1 trigger rests.", [behind("a"), unarmed("b")]],
    ["Two triggers are armed. Next is b, in 5 min.", [behind("a"), at("b", ["2026-11-19T00:00:00Z"])]],
  ])("is %s", (expected, triggers) => {
    expect(answerOf(triggers, soon)).toBe(expected);
  });

  it("counts no part for the whole", () => {
    expect(answerOf([at("a", ["2026-11-20T00:00:00Z"]), at("b", [])], soon, true)).toBe(
      "There are more than 2 triggers. Next is a, in 5 min.",
    );
  });
});

describe("a trigger", () => {
  it("says what becomes of missed times", () => {
    expect(["skip", "once", "all", null].map(missedText)).toEqual([
      "missed starts are left out",
      "of missed starts the last is made up for",
      "missed starts are made up for",
      "",
    ]);
  });

  it("says what became of the last delivery", () => {
    const delivery = { at: "2026-11-20T00:00:00Z", event: "push", message: "why", run: null };
    expect(deliveryText({ ...delivery, status: "started" })).toBe("");
    expect(deliveryText({ ...delivery, status: "ignored" })).toBe(
      "the last delivery (push) was passed over: why",
    );
    expect(deliveryText({ ...delivery, event: null, status: "refused" })).toMatch(
      /^the last delivery was refused/,
    );
    expect(deliveryText({ ...delivery, status: "failed" })).toMatch(/could start no run: why$/);
  });

  it("says why it will not fire", () => {
    const next = ["2026-11-20T00:00:00Z"];
    expect(restingText({ ...at("a", next) })).toBe("");
    expect(restingText(at("a", next, true))).toMatch(/paused/);
    expect(restingText(at("a", []))).toMatch(/no time to come/);
    expect(restingText(unarmed("a"))).toMatch(/^Not armed/);
    expect(restingText({ ...unarmed("a"), kind: "webhook" })).toMatch(/no secret/);
    expect(restingText(behind("a"))).toBe("");
  });

  it("tells its times as short as they can be told apart", () => {
    const from = new Date(2026, 10, 29, 3).getTime();
    const [sameDay, sameWeek, later] = [
      new Date(2026, 10, 29, 3, 15),
      new Date(2026, 10, 30, 5, 30),
      new Date(2026, 11, 12, 5, 30),
    ].map((date) => momentText(date.getTime(), from));
    expect(sameDay).toBe("03:15");
    expect(sameWeek).toMatch(/^\S+ 05:30$/);
    expect(later).toMatch(/12.*05:30|05:30.*12/);
  });

  it("tells moments of one minute apart", () => {
    const from = new Date(2026, 10, 29, 3, 15).getTime();
    expect(momentText(from + 20_000, from)).toBe("03:15:20");
  });
});
