/**
 * A model hub on loopback with repositories and commits, that answers as huggingface.co does: small files by a relative
 * redirect, large ones by one to another place with their digest, and a word for each refusal.
 */
import { sha256 } from "../digest.ts";

/** A repository at one commit. */
export interface FakeRepository {
  readonly commit: string;
  /** By name; changes count for the next request. */
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** `cardData` of the model card. */
  card?: Readonly<Record<string, unknown>>;
  /** Given to accounts only. */
  isGated?: boolean;
}

/** What is told of beside files; a mirror made of plain files tells nothing. */
const HEADERS = ["x-repo-commit", "x-linked-etag", "x-error-code"];

/** Repositories by `owner/name`. */
export class FakeHubRepositories implements AsyncDisposable {
  readonly repositories = new Map<string, FakeRepository>();
  /** Paths asked for, but for redirects. */
  readonly requests: string[] = [];
  /** Statuses for the requests to come, in order, in place of replies. */
  readonly failures: number[] = [];
  /** By a file's name, bytes after which to drop the line each time it is sent, as often as given. */
  readonly cuts = new Map<string, number[]>();
  /** Whether to tell nothing of commits and digests. */
  isPlainMirror = false;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => new Response() },
      (request) => this.#answer(new URL(request.url).pathname),
    );
  }

  /** The hub's base URL. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Adds a repository whose commit is 40 times this digit. */
  add(
    repo: string,
    files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>,
    digit = "a",
  ): FakeRepository {
    const entries = Object.entries(files).map(([name, content]) =>
      [name, typeof content === "string" ? new TextEncoder().encode(content) : content] as const
    );
    const repository: FakeRepository = { commit: digit.repeat(40), files: new Map(entries) };
    this.repositories.set(repo, repository);
    return repository;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer(path: string): Response {
    if (path.startsWith("/blob/")) return this.#blob(path.slice("/blob/".length));
    this.requests.push(path);
    const failure = this.failures.shift();
    if (failure !== undefined) return new Response("?", { status: failure });
    const response = this.#resolve(path) ?? this.#describe(path) ?? refusal(404, undefined);
    if (this.isPlainMirror) { for (const name of HEADERS) response.headers.delete(name); }
    return response;
  }

  #resolve(path: string): Response | undefined {
    const [, repo = "", revision = "", file = ""] =
      /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (file === "") return undefined;
    const repository = this.#find(repo, revision);
    if (repository instanceof Response) return repository;
    const content = repository.files.get(file);
    if (content === undefined) return refusal(404, "EntryNotFound");
    if (repository.isGated) return refusal(401, "GatedRepo");
    const headers = new Headers({
      "x-repo-commit": repository.commit,
      location: `/blob/${repo}/${file}`,
    });
    if (/\.(?:safetensors|bin)$/.test(file)) headers.set("x-linked-etag", `"${sha256(content)}"`);
    return new Response(null, { status: 307, headers });
  }

  #describe(path: string): Response | undefined {
    const [, repo = "", revision = ""] =
      /^\/api\/models\/([^/]+\/[^/]+)\/revision\/([^/]+)$/.exec(path) ?? [];
    if (repo === "") return undefined;
    const repository = this.#find(repo, revision);
    if (repository instanceof Response) return repository;
    const { commit, card } = repository;
    return Response.json({ id: repo, sha: commit, cardData: card });
  }

  #find(repo: string, revision: string): FakeRepository | Response {
    const repository = this.repositories.get(repo);
    // Who asks without an account is not told of private ones.
    if (repository === undefined) return refusal(401, "RepoNotFound");
    const isKnown = revision === "main" || revision === repository.commit;
    return isKnown ? repository : refusal(404, "RevisionNotFound");
  }

  #blob(path: string): Response {
    const [owner, name, file = ""] = path.split("/");
    const content = this.repositories.get(`${owner}/${name}`)?.files.get(file);
    if (content === undefined) return new Response("?", { status: 404 });
    const end = this.cuts.get(file)?.shift();
    return end === undefined ? new Response(content) : cutResponse(content, end);
  }
}

/** Says the length of the whole, and ends too early. */
function cutResponse(content: Uint8Array<ArrayBuffer>, end: number): Response {
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      if (end > 0) controller.enqueue(content.subarray(0, end));
      end = 0;
      controller.error(new Error("dropped"));
    },
  });
  return new Response(body, { headers: { "content-length": String(content.length) } });
}

function refusal(status: number, code: string | undefined): Response {
  const headers = new Headers(code === undefined ? {} : { "x-error-code": code });
  return new Response("?", { status, headers });
}
