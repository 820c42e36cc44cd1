import type { BuildRequest } from "../../src/ports/environments.ts";
import { anUvSubject } from "./environments-subject.ts";

/** A command of its own that builds one environment, to be killed: `node build-once.ts ROOT REQUEST`. */
const [, , root = "", request = ""] = process.argv;
const subject = await anUvSubject({ root });
await subject.create().ensure(JSON.parse(request) as BuildRequest, new AbortController().signal); // written by the test
