import type { WritableRegistry } from "../../ports/registry.ts";
import { createReading } from "./registry-reading.ts";
import { createRegistryRequest, type RegistryRequestProps } from "./registry-request.ts";
import { createUpload } from "./registry-upload.ts";
import { createWriting } from "./registry-writing.ts";
import { createUploadSteps } from "./upload-steps.ts";

export interface RegistryHttpProps extends Omit<RegistryRequestProps, "answerMilliseconds" | "insecure"> {
  /** Registries ("host:port") that are spoken to without TLS. @default those of this machine only */
  readonly insecure?: readonly string[];
  readonly answerMilliseconds?: number;
  /** Between two pieces of a blob. */
  readonly silenceMilliseconds?: number;
  /** Until a registry has taken in a blob that it was sent: some check or move it first. */
  readonly commitMilliseconds?: number;
  /** Of a blob, once it did not arrive as a whole. */
  readonly pieceBytes?: number;
}

/** Registries that speak the OCI distribution interface: https://github.com/opencontainers/distribution-spec. */
export function createRegistryHttp(props: RegistryHttpProps): WritableRegistry {
  const { insecure = [], answerMilliseconds = 30_000, silenceMilliseconds = 60_000 } = props;
  const { commitMilliseconds = 300_000, pieceBytes = 32 * 1024 * 1024 } = props;
  const asking = createRegistryRequest({ ...props, insecure, answerMilliseconds });
  // The answer to an upload comes when the registry has taken it in; until then its bytes have to move.
  const sending = createRegistryRequest({ ...props, insecure, answerMilliseconds: commitMilliseconds });
  const { clock } = props;
  const reading = createReading({ asking, clock, silenceMilliseconds });
  const steps = createUploadSteps({ asking, sending, pieceBytes });
  const uploadBlob = createUpload({ steps, clock, hasBlob: reading.hasBlob });
  return { ...reading, ...createWriting({ asking, steps, clock }), uploadBlob };
}
