import { expect, test } from "vitest";
import { jobsOf, replaceJobs, withJobs } from "./jobs.ts";
import { job } from "./testing/views.ts";

const two = () => jobsOf([job(0, "build"), job(1, "test", { dependencies: ["build"] })], 2);

test("a job that changed is new, the others and the shape are the same objects", () => {
  const before = two();
  const after = withJobs(before, [job(0, "build", { status: "running" })]);
  expect(after.get("build")?.status).toBe("running");
  expect(after.list[1]).toBe(before.list[1]);
  expect(after.shape).toBe(before.shape);
  expect(before.get("build")?.status).toBe("pending");
});

test("the same state told again changes nothing", () => {
  const before = two();
  expect(withJobs(before, [job(0, "build")])).toBe(before);
});

test("a job that grows changes the shape", () => {
  const before = two();
  const after = withJobs(before, [
    job(3, "deploy[1]", { group: "deploy" }),
    job(2, "deploy", { kind: "group", dependencies: ["test"] }),
  ]);
  expect(after.total).toBe(4);
  expect(after.shape.members.get("deploy")).toEqual([3]);
  expect(after.shape.dependants.get("test")).toEqual(["deploy"]);
  expect(before.get("deploy")).toBeUndefined();
});

test("a job behind a gap waits until the gap is filled", () => {
  const after = withJobs(two(), [job(9, "far")]);
  expect(after.list).toHaveLength(2);
});

test("a dependency that a job gained changes the shape", () => {
  const before = jobsOf([job(0, "a"), job(1, "join")], 2);
  const after = withJobs(before, [job(1, "join", { dependencies: ["a"] })]);
  expect(after.shape.dependants.get("a")).toEqual(["join"]);
});

test("a new snapshot keeps the objects that did not change", () => {
  const before = two();
  const after = replaceJobs(
    before,
    [job(0, "build", { status: "completed" }), job(1, "test", { dependencies: ["build"] })],
    2,
  );
  expect(after.list[1]).toBe(before.list[1]);
  expect(after.list[0]).not.toBe(before.list[0]);
  expect(after.shape).toBe(before.shape);
});

test("fifty changes of a thousand jobs cost less than a frame", () => {
  const list = Array.from({ length: 1_000 }, (_, at) =>
    job(at, `job-${at}`, { dependencies: at === 0 ? [] : [`job-${at - 1}`] }),
  );
  let jobs = jobsOf(list, 1_000);
  const { shape } = jobs;
  const began = performance.now();
  for (let round = 0; round < 50; round++)
    jobs = withJobs(jobs, [job(round, `job-${round}`, { ...list[round], status: "running" })]);
  expect(performance.now() - began).toBeLessThan(200);
  expect(jobs.shape).toBe(shape);
});
