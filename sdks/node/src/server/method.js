/** @import { MethodDefinition } from "@grpc/grpc-js" */
/** @import { Message } from "../wire/codec.js" */

/**
 * A method as gRPC takes it.
 * @param {string} path
 * @param {Message} request
 * @param {Message} response
 * @param {{ requestStream?: boolean, responseStream?: boolean }} [streams]
 * @returns {MethodDefinition<any, any>}
 */
export function method(path, request, response, { requestStream = false, responseStream = false } = {}) {
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: (value) => request.encode(value),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (value) => response.encode(value),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}
