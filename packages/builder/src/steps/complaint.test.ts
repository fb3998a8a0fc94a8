import { describe, expect, test } from "vitest";
import { complaintIn } from "./complaint.ts";

describe("the output of a step that failed", () => {
  test.each([
    ["sh: 1: protoc: not found", "needs `protoc`", "apt-get install protobuf-compiler"],
    ["/bin/sh: line 3: cmake: command not found", "needs `cmake`", "apt-get install cmake"],
    ["make: g++: No such file or directory", "needs `g++`", "apt-get install g++"],
    ['cgo: C compiler "gcc": exec: "gcc": executable file not found in $PATH', "needs `gcc`", "gcc"],
    ["/usr/bin/env: ‘node’: No such file or directory", "needs `node`", "apt-get install nodejs"],
    ["sh: 1: frobnicate: not found", "needs `frobnicate`", "Install `frobnicate` on the worker's machine."],
    [
      "main.cc:1:10: fatal error: grpcpp/grpcpp.h: No such file or directory",
      "needs the header grpcpp/grpcpp.h",
      "libgrpc++-dev",
    ],
    ["dial tcp: lookup goproxy.example.org: no such host", "could not reach a registry: dial tcp", "network"],
    ["make: *** [grpc.target.mk:542: Release/x.o] Error 1", "grpc 1.24 cannot be compiled", "Node 20"],
  ])("%s", (output, sentence, remedy) => {
    const complaint = complaintIn(`compiling\n${output}\nstopped\n`, "make");
    expect(complaint?.message).toContain(sentence);
    expect(complaint?.remedy).toContain(remedy);
  });

  test.each([
    "undefined: fmt.Printn",
    "main.cc:1:10: fatal error: mine.h: No such file or directory",
    "npm warn request failed, reason: getaddrinfo ENOTFOUND example.com",
  ])("speaks for itself: %s", (output) => {
    expect(complaintIn(output, "make")).toBeNull();
  });
});
