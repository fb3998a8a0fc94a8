import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SseParser, type SseMessage } from "./sse.ts";

const STREAM = [
  'id: 7\nevent: job\ndata: {"a":"ü漢"}\n\n',
  ": heartbeat\n\n",
  "data: one\r\ndata: two\r\n\r\n",
  "event: end\rdata\r\r",
  "id: 9\ndata:no space\n\n",
].join("");

const MESSAGES: readonly SseMessage[] = [
  { event: "job", data: '{"a":"ü漢"}', id: "7" },
  { event: "message", data: "one\ntwo", id: "7" },
  { event: "end", data: "", id: "7" },
  { event: "message", data: "no space", id: "9" },
];

test("messages come out whole, however the bytes are cut", () => {
  const bytes = Buffer.from(STREAM);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: bytes.length }), { maxLength: 12 }), (cuts) => {
      const parser = new SseParser();
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
      expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(MESSAGES);
    }),
  );
});

test("a message that is not finished is not given", () => {
  const parser = new SseParser("3");
  expect(parser.push(Buffer.from("data: half\n"))).toEqual([]);
  expect(parser.push(Buffer.from("\n"))).toEqual([{ event: "message", data: "half", id: "3" }]);
});
