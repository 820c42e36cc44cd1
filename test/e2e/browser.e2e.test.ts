import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "../support/process-sandbox.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

/** With HUBFLEET_PICTURES=1 the pictures of the documentation are taken anew. */
const pictures = fileURLToPath(
  new URL(process.env["HUBFLEET_PICTURES"] === "1" ? "../../docs/images/" : "../../.test-results/", import.meta.url),
);

skipSuiteUnless(tool("chromium"), "chromium is not installed")("a hub in a browser", () => {
  let sandbox: Sandbox;
  let browser: Browser;
  let profile: string;
  let page: Page;
  let hub: string;

  beforeAll(async () => {
    sandbox = await createSandbox("browser", { environments: "shared" });
    const ports = await sandbox.init();
    hub = `http://127.0.0.1:${ports["research"]}/research/`;
    await sandbox.edit(
      "hubs/research.yaml",
      (text) => `${text}\nannouncement: Workshop on Friday, please save your work\n`,
    );
    await sandbox.succeed(["up", "hub/research"]);
    await mkdir(pictures, { recursive: true });
    profile = await mkdtemp("/var/tmp/hubfleet-chromium-");
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
    await sandbox.succeed(["destroy", "--all", "--yes"]);
    expect(await sandbox.sweep()).toEqual([]);
  });

  it("shows a login page with the hub's name and announcement", async () => {
    await page.goto(hub);

    expect(await page.title()).toContain("Research");
    expect(await page.textContent("body")).toContain("Workshop on Friday");
    await page.screenshot({ path: join(pictures, "login.png") });
  });

  it("lets a user choose a profile and opens JupyterLab", async () => {
    await page.fill("input[name=username]", "grace");
    await page.fill("input[name=password]", sandbox.secret("research", "sharedPassword"));
    await page.click("[type=submit]");
    await page.waitForURL(/hub\/spawn/);
    await page.screenshot({ path: join(pictures, "profiles.png") });

    await page.click("[type=submit]");
    await page.waitForURL(/user\/grace\/lab/, { timeout: 60_000 });
    await page.waitForSelector(".jp-Launcher", { timeout: 60_000 });

    expect(await page.locator(".jp-Launcher").first().isVisible()).toBe(true);
  });

  it("runs a cell on a Dask cluster and shows its output", async () => {
    await page
      .locator('.jp-LauncherCard[title^="Python 3"], .jp-LauncherCard[data-category="Notebook"]')
      .first()
      .click();
    await page.waitForSelector(".jp-Notebook .cm-content", { timeout: 60_000 });
    await page.getByText("| Idle").waitFor({ timeout: 60_000 });
    await page.locator(".jp-Notebook .cm-content").first().click();
    const code = [
      "from dask_gateway import Gateway",
      "import dask.array as da",
      "",
      "cluster = Gateway().new_cluster()",
      "cluster.scale(2)",
      "client = cluster.get_client()",
      "numbers = da.random.random((10_000, 10_000))",
      'print(f"mean of 100 million numbers: {numbers.mean().compute():.3f}")',
    ];
    await page.keyboard.insertText(code.join("\n"));
    await page.keyboard.press("Shift+Enter");

    const output = page.locator(".jp-OutputArea-output", { hasText: "mean of 100 million numbers: 0.5" });
    await output
      .first()
      .waitFor({ timeout: 120_000 })
      .catch(async (error: unknown) => {
        await page.screenshot({ path: join(pictures, "failed.png") });
        throw error;
      });
    await page.screenshot({ path: join(pictures, "first-fleet.png") });

    expect(await output.first().innerText()).toContain("0.5");
  });
});
