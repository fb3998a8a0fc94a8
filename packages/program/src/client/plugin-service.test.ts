import { expect, test } from "vitest";
import type { WireJob, WireResult } from "@gaia/contracts/program-protocol.ts";
import { pluginService } from "./plugin-service.ts";

/** A field of text, as protobuf writes it. */
function text(field: number, value: string): readonly number[] {
  const bytes = Buffer.from(value);
  return [(field << 3) | 2, bytes.length, ...bytes];
}

function message(field: number, bytes: readonly number[]): readonly number[] {
  return [(field << 3) | 2, bytes.length, ...bytes];
}

test("methods and fields are those of the published SDKs, byte for byte", () => {
  const { getJobs, executeJob } = pluginService();
  expect([getJobs.path, executeJob.path]).toEqual(["/proto.Plugin/GetJobs", "/proto.Plugin/ExecuteJob"]);
  const job: WireJob = {
    unique_id: 5,
    title: "t",
    description: "d",
    dependson: [1, 2],
    args: [{ description: "a", type: "b", key: "c", value: "e" }],
    interaction: { description: "f", type: "g", value: "h" },
  };
  const bytes = Buffer.from([
    ...[0x08, 5, ...text(2, "t"), ...text(3, "d"), 0x22, 2, 1, 2],
    ...message(5, [...text(1, "a"), ...text(2, "b"), ...text(3, "c"), ...text(4, "e")]),
    ...message(6, [...text(1, "f"), ...text(2, "g"), ...text(3, "h")]),
  ]);
  expect(getJobs.responseDeserialize(bytes)).toEqual(job);
  const request = executeJob.requestSerialize({ unique_id: 5, args: [{ key: "c", value: "e" }] });
  expect([...request]).toEqual([0x08, 5, ...message(5, [...text(3, "c"), ...text(4, "e")])]);
  const result: WireResult = { unique_id: 7, failed: true, exit_pipeline: true, message: "m" };
  expect(executeJob.responseDeserialize(Buffer.from([8, 7, 16, 1, 24, 1, ...text(4, "m")]))).toEqual(result);
  const success: WireResult = { unique_id: 0, failed: false, exit_pipeline: false, message: "" };
  expect(executeJob.responseDeserialize(Buffer.alloc(0))).toEqual(success);
});
