import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { describe, it, type TestContext } from "vitest";

export type TestBody = (context: TestContext) => Promise<void> | void;
export type DeclareTest = (name: string, body: TestBody, timeoutMilliseconds?: number) => void;

/** `it` where the condition holds; elsewhere a test that is skipped and says why at the end of script/test. */
export function skipUnless(condition: boolean, reason: string): DeclareTest {
  if (condition) return (name, body, timeoutMilliseconds) => it(name, body, timeoutMilliseconds);
  return (name) => it(name, (context) => context.skip(reason));
}

/** The same for a whole suite, whose hooks then don't run either. */
export function skipSuiteUnless(condition: boolean, reason: string): (name: string, body: () => void) => void {
  if (condition) return (name, body) => void describe(name, body);
  return (name) => void describe(name, () => it("every test of this suite", (context) => context.skip(reason)));
}

/** script/test-long runs what takes a minute or more. */
export const isLongRun = process.env["HUBFLEET_TEST_LONG"] === "all";

/** A test that takes a minute or more, and runs in script/test-long only. */
export function skipUnlessLong(condition = true, reason = ""): DeclareTest {
  return isLongRun ? skipUnless(condition, reason) : skipUnless(false, "it takes long: script/test-long runs it");
}

/** The same for a whole suite. */
export function skipSuiteUnlessLong(): (name: string, body: () => void) => void {
  return skipSuiteUnless(isLongRun, "it takes long: script/test-long runs it");
}

/** A suite that needs real builders, registries or peers, which script/test-images brings. */
export function skipSuiteUnlessImages(): (name: string, body: () => void) => void {
  const isImagesRun = process.env["HUBFLEET_TEST_IMAGES"] === "all";
  return skipSuiteUnless(isImagesRun, "it needs what script/test-images brings");
}

/** A suite that needs a Kubernetes cluster, which script/test-cluster brings. */
export function skipSuiteUnlessCluster(): (name: string, body: () => void) => void {
  const isClusterRun = process.env["HUBFLEET_TEST_CLUSTER"] === "all";
  return skipSuiteUnless(isClusterRun, "it needs a Kubernetes cluster: script/test-cluster brings one");
}

/** Whether a program is on PATH. */
export function tool(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((directory) => isExecutable(join(directory, name)));
}

export const isRoot = process.getuid?.() === 0;

/** A test that needs to act for several accounts. */
export const itAsRoot = skipUnless(isRoot, "it must be run by root");

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
