import { expect, test } from "vitest";

import { EventStreamParser } from "../src/live/sse.ts";

const STREAM = ': hello\n\nid: 7\nevent: order.changed\ndata: {"a":1}\n\ndata: one\r\ndata: two\r\n\r\nid: 8\n\n';

test("a stream means the same however it is cut into chunks", () => {
  const whole = new EventStreamParser();
  const events = whole.push(STREAM);
  expect(events).toEqual([
    { id: "7", type: "order.changed", data: '{"a":1}' },
    { id: "7", type: "message", data: "one\ntwo" },
  ]);
  for (let size = 1; size < STREAM.length; size++) {
    const parser = new EventStreamParser();
    const cut = [];
    for (let at = 0; at < STREAM.length; at += size) cut.push(...parser.push(STREAM.slice(at, at + size)));
    expect(cut).toEqual(events);
    expect(parser.lastId).toBe("8");
  }
});

test("an event counts only when it is complete", () => {
  const parser = new EventStreamParser();
  expect(parser.push("id: 9\ndata: half")).toEqual([]);
  expect(parser.lastId).toBeNull();
  expect(parser.push("\n\n")).toEqual([{ id: "9", type: "message", data: "half" }]);
  expect(parser.lastId).toBe("9");
});
