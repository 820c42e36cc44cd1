import { createHubSessionsMemory } from "../../src/adapters/hub-session/hub-session-memory.ts";
import { describeHubSessions } from "../support/hub-session-cases.ts";

// The same cases run on a real hub in test/e2e/check.e2e.test.ts.
describeHubSessions("memory", () => ({
  sessions: createHubSessionsMemory(),
  hub: { operator: { url: "http://127.0.0.1:18002/staging/", token: "" }, url: "http://127.0.0.1:18000/staging/" },
}));
