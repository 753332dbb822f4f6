import type { ErrorCode } from "../contract/catalogue.ts";
import { GatewayError } from "../contract/errors.ts";

/** The error of a job that was given up while its worker may go on: what the job uses is not free before `ended`. */
export class LateJob extends GatewayError {
  /** Resolves when nobody works for the job any more; never rejects. */
  readonly ended: Promise<void>;

  constructor(code: ErrorCode, message: string, ended: Promise<void>) {
    super(code, message);
    this.name = "LateJob";
    this.ended = ended;
  }
}
