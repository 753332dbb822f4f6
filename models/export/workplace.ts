/** Where the command works, where it gets what it has not, and whom it tells. */
import { OTHER_WAYS } from "../weights/hub.ts";
import type { FetchOptions } from "../weights/weights.ts";
import type { Progress } from "../weights/progress.ts";

/** What is the same for every model of a run. */
export interface Workplace {
  /** Folder with a folder a model. */
  readonly repository: string;
  /** Folder of the files that were downloaded; every variant of a model uses the same. */
  readonly cache: string;
  /** Base URL of the hub. */
  readonly endpoint: string;
  /** Requests in a row that bring nothing new before giving up. */
  readonly failuresMax: number;
  /** Silence on the line after which a request counts as failed. */
  readonly stallMsMax: number;
  readonly pause: (ms: number) => Promise<void>;
  /** Writes a line for whoever reads what was made. */
  readonly say: (line: string) => void;
  /** Writes a line for whoever wonders what is not made. */
  readonly warn: (line: string) => void;
  readonly progress: (label: string) => Progress;
}

/** How to download a file, and tell of it under this label. */
export function fetchOptions(workplace: Workplace, label: string): FetchOptions {
  const progress = workplace.progress(label);
  return {
    ...workplace,
    onProgress: (bytes, total) => progress.update(bytes, total),
    backoff: (failures, reason) => {
      const seconds = 2 ** failures;
      progress.note(`${label} from ${workplace.endpoint}: ${reason}; next try in ${seconds} s`);
      if (failures === 2) progress.note(`In place of waiting, ${OTHER_WAYS}`);
      return workplace.pause(1000 * seconds);
    },
  };
}
