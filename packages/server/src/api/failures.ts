import { type ErrorBody, type ErrorCode, ERRORS, errorFrom, GaiaError, LIMITS } from "@gaia/contracts";

/** What Fastify refuses by itself, as one of our codes. */
const FRAMEWORK: Readonly<Record<string, { readonly code: ErrorCode; readonly message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: "too_large",
    message: `The body is larger than the limit of ${LIMITS.bodyBytes} bytes (bodyBytes).`,
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: "invalid_request",
    message: "The body is not as long as Content-Length says.",
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: "invalid_request",
    message: "The Content-Type is not well-formed.",
  },
  FST_ERR_BAD_URL: {
    code: "invalid_request",
    message: "The path is not a valid URL path: check its percent signs.",
  },
  FST_ERR_MAX_PARAM_LENGTH: { code: "invalid_request", message: "A part of the path is too long." },
};

/** Any caught value as an error that a client may see; what it was stays in `cause`, for the log. */
export function failureFrom(caught: unknown): GaiaError {
  if (caught instanceof Error && "code" in caught && typeof caught.code === "string") {
    const known = FRAMEWORK[caught.code];
    if (known !== undefined) return new GaiaError(known.code, known.message, {}, { cause: caught });
    if ("statusCode" in caught && caught.code.startsWith("FST_ERR") && caught.statusCode === 400) {
      return new GaiaError("invalid_request", "The request is not well-formed.", {}, { cause: caught });
    }
    // A client that goes away while it sends its body.
    if (caught.code === "ECONNRESET" || caught.code === "ERR_STREAM_PREMATURE_CLOSE") {
      return new GaiaError(
        "invalid_request",
        "The request ended before it was complete.",
        {},
        { cause: caught },
      );
    }
  }
  return errorFrom(caught);
}

/** The body that every refusal has. */
export function failureBody(error: GaiaError, requestId: string): ErrorBody {
  return {
    error: { code: error.code, message: error.message, details: { ...error.details }, request_id: requestId },
  };
}

export function statusOfFailure(error: GaiaError): number {
  return ERRORS[error.code].http;
}

/** The refusal of a range that lies outside of what there is. */
export function rangeRefusal(sizeBytes: number): GaiaError {
  return new GaiaError(
    "range_not_satisfiable",
    `The range starts behind the end: there are ${sizeBytes} bytes.`,
    { size_bytes: sizeBytes },
  );
}
