/** One commit of a repository on a model hub: open_clip's description of the model, and its licence. */
import { z } from "zod";
import { hubApiUrl, hubUrl, OTHER_WAYS } from "./hub.ts";
import { type HubText, readHubText } from "./hub_text.ts";
import { type Patience, patiently } from "./patience.ts";
import { StallWatch } from "./stall_watch.ts";
import { ask, DownloadError, failureOf, RefusedError } from "./transfer.ts";

/** Where open_clip keeps a model's description. */
const CONFIG_FILE = "open_clip_config.json";
/** Those on the hub have some 1,000 bytes. */
const CONFIG_BYTES_MAX = 1024 * 1024;
/** With the names of all files. */
const CARD_BYTES_MAX = 8 * 1024 * 1024;
const LICENSE_LENGTH_MAX = 200;

const cardSchema = z.object({
  cardData: z.object({
    license: z.string().min(1).max(LICENSE_LENGTH_MAX),
    license_name: z.string().min(1).max(LICENSE_LENGTH_MAX).optional(),
  }),
});

/** Which repository, and how to reach it. */
export interface HubOptions extends Patience {
  /** Base URL of the hub. */
  readonly endpoint: string;
  /** `owner/name`. */
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Silence on the line after which a request counts as failed. */
  readonly stallMsMax: number;
}

/** A repository at the commit that its revision stood for when it was opened. */
export class HubRepository {
  readonly repo: string;
  /** 40 hex digits. */
  readonly commit: string;
  /** Text of `open_clip_config.json`. */
  readonly config: string;
  readonly #options: HubOptions;

  private constructor(options: HubOptions, commit: string, config: string) {
    this.repo = options.repo;
    this.commit = commit;
    this.config = config;
    this.#options = options;
  }

  /**
   * Reads the model's description, and pins the revision.
   *
   * @throws {DownloadError} when there is no such repository, it is no model of open_clip, its description is too long, or
   * the hub does not say which commit this is.
   */
  static async open(options: HubOptions): Promise<HubRepository> {
    const { repo, revision } = options;
    const { text, commit = commitIn(revision) } = await readConfig(options);
    if (commit === undefined) {
      throw new DownloadError(
        `Cannot pin ${repo} as the hub does not say which commit ${revision} is: give one by --revision`,
      );
    }
    return new HubRepository(options, commit, text);
  }

  /** Whether the hub gives a file, and what it says of its digest: by asking for it and hanging up. */
  async look(file: string): Promise<{ readonly isThere: boolean; readonly sha256?: string }> {
    const url = hubUrl(this.#options.endpoint, { ...this.#pinned, file });
    return await patiently(async () => {
      using watch = new StallWatch(this.#options.stallMsMax);
      const reply = await ask(url, { headers: {}, signal: watch.signal });
      await reply.response.body?.cancel();
      const { sha256, response: { status } } = reply;
      if (status === 200) return { isThere: true, ...sha256 !== undefined && { sha256 } };
      if (status === 404) return { isThere: false };
      throw failureOf(url, reply, OTHER_WAYS);
    }, { ...this.#options, url });
  }

  /** The licence by the model card's metadata; nothing where the hub does not say. */
  async license(): Promise<string | undefined> {
    const url = hubApiUrl(this.#options.endpoint, this.#pinned);
    try {
      const { text } = await readHubText({ ...this.#options, url, bytesMax: CARD_BYTES_MAX });
      const { cardData: { license, license_name } } = cardSchema.parse(JSON.parse(text));
      return license === "other" && license_name !== undefined ? license_name : license;
    } catch (error) {
      const isSilent = error instanceof DownloadError || error instanceof SyntaxError ||
        error instanceof z.ZodError;
      if (isSilent) return undefined;
      throw error;
    }
  }

  get #pinned() {
    return { repo: this.repo, revision: this.commit };
  }
}

async function readConfig(options: HubOptions): Promise<HubText> {
  const { endpoint, repo, revision } = options;
  const url = hubUrl(endpoint, { repo, revision, file: CONFIG_FILE });
  try {
    return await readHubText({ ...options, url, bytesMax: CONFIG_BYTES_MAX });
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 404) throw error;
    throw new RefusedError(
      `Cannot use hf-hub:${repo} as the hub has no ${CONFIG_FILE} in it at ${revision}: only models of open_clip have one`,
      error.status,
    );
  }
}

function commitIn(revision: string): string | undefined {
  return /^[0-9a-f]{40}$/.test(revision) ? revision : undefined;
}
