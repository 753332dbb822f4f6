/** A real browser without a screen: Debian's Chromium, driven by Playwright, with axe's rules at hand. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { findBrowser, installDrivers } from "./installation.ts";

/** Of Playwright's locator, what the tests use; it waits until there is what it is asked for. */
interface Locator {
  readonly click: () => Promise<void>;
  readonly fill: (text: string) => Promise<void>;
  readonly press: (key: string) => Promise<void>;
  readonly uncheck: () => Promise<void>;
  readonly selectOption: (value: string) => Promise<unknown>;
  readonly innerText: () => Promise<string>;
  readonly allInnerTexts: () => Promise<string[]>;
  readonly waitFor: (options?: { readonly state: "visible" | "hidden" }) => Promise<void>;
  readonly filter: (by: { readonly hasText: RegExp }) => Locator;
  readonly setInputFiles: (files: string | InputFile | readonly InputFile[]) => Promise<void>;
}

/** A file as a person chooses it. */
export interface InputFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Uint8Array;
}

/** Of Playwright's page, what the tests use. */
export interface BrowserPage {
  readonly goto: (url: string) => Promise<unknown>;
  readonly reload: () => Promise<unknown>;
  readonly locator: (selector: string) => Locator;
  readonly getByRole: (role: string, options: { readonly name: string | RegExp }) => Locator;
  readonly getByLabel: (text: string) => Locator;
  readonly getByText: (text: string | RegExp) => Locator;
  readonly keyboard: { readonly press: (key: string) => Promise<void> };
  /** The value of an expression, or of a function that is called there. */
  readonly evaluate: (code: string) => Promise<unknown>;
  readonly emulateMedia: (media: { readonly colorScheme: "light" | "dark" }) => Promise<void>;
  readonly setViewportSize: (size: { width: number; height: number }) => Promise<void>;
  readonly screenshot: (options: { path: string; fullPage: boolean }) => Promise<unknown>;
}

/** A page, and what it did that no test may forget to look at. */
export interface Visit extends AsyncDisposable {
  readonly page: BrowserPage;
  /** Addresses that it asked for. */
  readonly requested: readonly string[];
  /** Errors and warnings of the console, and scripts' own; what policy forbids is among them. */
  readonly complaints: readonly string[];
  /** Violations of WCAG 2.2 A and AA and of axe's good practices, a line each; the page as it stands. */
  readonly breaches: () => Promise<string[]>;
}

interface Message {
  readonly type: () => string;
  readonly text: () => string;
}
interface Playwright {
  readonly chromium: { readonly launch: (options: unknown) => Promise<PlaywrightBrowser> };
}
interface PlaywrightBrowser {
  readonly newContext: (options: unknown) => Promise<PlaywrightContext>;
  readonly close: () => Promise<void>;
}
interface PlaywrightContext {
  readonly newPage: () => Promise<PlaywrightPage>;
}
interface PlaywrightPage extends BrowserPage {
  readonly on: (event: string, listener: (event: never) => void) => void;
  readonly setDefaultTimeout: (milliseconds: number) => void;
}
interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

const drivers = await installDrivers();
const require = createRequire(`file://${drivers}/`);
const { chromium } = require("playwright-core") as Playwright;
const AXE = await Deno.readTextFile(require.resolve("axe-core/axe.min.js"));
const SLOWEST_MS = 60_000;

/** Starts a browser of its own and opens an address in it, as a person who likes light pages, on a laptop. */
export async function visit(
  url: string,
  { isPhone = false }: { readonly isPhone?: boolean } = {},
): Promise<Visit> {
  const browser = await chromium.launch({
    executablePath: await findBrowser(),
    // Its sandbox is not to be had as root, and a camera that shows a moving picture takes the place of a real one.
    args: ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
  });
  const context = await browser.newContext({
    colorScheme: "light",
    ...isPhone && { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(SLOWEST_MS);
  const requested: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request: { url: () => string }) => requested.push(request.url()));
  page.on("pageerror", (error: Error) => complaints.push(error.message));
  page.on("console", (message: Message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    requested,
    complaints,
    breaches: () => breaches(page),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function breaches(page: BrowserPage): Promise<string[]> {
  await page.evaluate(`${AXE}; undefined`);
  const { violations } = await page.evaluate("axe.run(document)") as AxeResult;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`)
  );
}

/** Whether a visit stayed with the gateway; `expected` are complaints that a test provoked. */
export function assertQuiet(visit: Visit, url: string, expected: readonly RegExp[] = []): void {
  const { origin } = new URL(url);
  const foreign = visit.requested.filter((address) =>
    new URL(address).origin !== origin && !address.startsWith("data:")
  );
  assert.deepEqual(foreign, []);
  const unexpected = visit.complaints.filter((text) =>
    !expected.some((pattern) => pattern.test(text))
  );
  assert.deepEqual(unexpected, []);
}
