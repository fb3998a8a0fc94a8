export {
  type Check,
  type CheckName,
  type Verification,
  type VerifyOptions,
  verifyProgram,
} from "./verify.ts";
