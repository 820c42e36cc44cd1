"use strict";
// Loaded into configurable-http-proxy (node --require): keeps its log below a size while it runs, also where nobody runs
// hubfleet for weeks. What is older is kept once in LOG.older; what is older than that goes.
const fs = require("node:fs");

const mostBytes = Number(process.env.HUBFLEET_LOG_BYTES) || 5_000_000;
const everyMilliseconds = 2_000;
const log = 1;

setInterval(() => {
  const status = fs.fstatSync(log);
  if (!status.isFile() || status.size <= mostBytes) return;
  try {
    keepOlder(fs.readlinkSync(`/proc/self/fd/${log}`));
  } catch {
    // A full disk: room comes before history.
  }
  // The log is open for appending, so the next line goes to its new end. Nothing is written in between: one thread.
  fs.ftruncateSync(log, 0);
}, everyMilliseconds).unref();

function keepOlder(path) {
  const source = fs.openSync(path, "r");
  try {
    const { size } = fs.fstatSync(source);
    const bytes = Buffer.alloc(Math.min(size, mostBytes));
    fs.readSync(source, bytes, 0, bytes.length, size - bytes.length);
    fs.writeFileSync(`${path}.older.new`, bytes, { mode: 0o600 });
    fs.renameSync(`${path}.older.new`, `${path}.older`);
  } finally {
    fs.closeSync(source);
  }
}
