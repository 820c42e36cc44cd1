import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createImageRepositoriesAws } from "../../src/adapters/image-repositories/image-repositories-aws.ts";
import { createImageRepositoriesMemory } from "../../src/adapters/image-repositories/image-repositories-memory.ts";
import { createRun, type Run } from "../../src/adapters/run.ts";
import type { ImageRepositories } from "../../src/ports/image-repositories.ts";

const { signal } = new AbortController();
const registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const place = { registry, repository: "team/lab" };

/** Stands in for the AWS command line: says what that says, keeps repositories as files, and writes down how it was called. */
const standIn = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/calls"
shift
case "$1" in
  describe-repositories) name=$(echo "$3" | tr / _) ;;
  create-repository) name=$(echo "$3" | tr / _) ;;
esac
if [ -e "$here/denied" ]; then
  echo "An error occurred (AccessDeniedException) when calling the operation: not authorized" >&2; exit 254
fi
case "$1" in
  describe-repositories)
    [ -e "$here/repository-$name" ] && { echo '{"repositories": [{}]}'; exit 0; }
    printf '\\nAn error occurred (RepositoryNotFoundException) when calling the DescribeRepositories operation\\n' >&2; exit 254 ;;
  create-repository)
    if [ -e "$here/race" ]; then
      printf '\\nAn error occurred (RepositoryAlreadyExistsException) when calling the CreateRepository operation\\n' >&2; exit 254
    fi
    touch "$here/repository-$name"; echo '{"repository": {}}' ;;
esac
`;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "hubfleet-ecr-"));
  await writeFile(join(root, "aws"), standIn);
  await chmod(join(root, "aws"), 0o755);
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

function withPath(path: string): Run {
  const run = createRun();
  return ([program, ...words], options) =>
    run([program === "aws" ? join(path, "aws") : program, ...words], {
      ...options,
      environment: { ...options.environment, PATH: `${path}${delimiter}/usr/bin${delimiter}/bin` },
    });
}

interface Subject {
  readonly repositories: ImageRepositories;
  readonly refuse: () => Promise<void>;
}

const subjects: Readonly<Record<string, () => Subject>> = {
  "aws, a stand-in": () => ({
    repositories: createImageRepositoriesAws(withPath(root)),
    refuse: () => writeFile(join(root, "denied"), ""),
  }),
  memory: () => {
    const repositories = createImageRepositoriesMemory();
    return { repositories, refuse: async () => repositories.refuse("not authorized") };
  },
};

describe.each(Object.keys(subjects))("image repositories: %s", (kind) => {
  const create = subjects[kind] as () => Subject; // a key of the table

  it("makes one where the registry wants it made, once", async () => {
    const { repositories } = create();

    expect(await repositories.ensure(place, signal)).toBe("made");
    expect(await repositories.ensure(place, signal)).toBe("there");
    expect(await repositories.ensure({ ...place, repository: "team/hub" }, signal)).toBe("made");
  });

  it("leaves it to the first push elsewhere", async () => {
    const { repositories } = create();

    expect(await repositories.ensure({ ...place, registry: "quay.io" }, signal)).toBe("at the first push");
  });

  it("says that it was not allowed", async () => {
    const { repositories, refuse } = create();
    await refuse();

    await expect(repositories.ensure(place, signal)).rejects.toMatchObject({
      code: "REPOSITORY_NOT_MADE",
      message: expect.stringContaining("not authorized") as string,
    });
  });
});

describe("image repositories: only the AWS command line can", () => {
  it("be called for the registry's account and region, with tags that cannot be moved", async () => {
    await createImageRepositoriesAws(withPath(root)).ensure(place, signal);

    const where = "--registry-id 123456789012 --region eu-central-1 --output json";
    expect(await readFile(join(root, "calls"), "utf8")).toBe(
      [
        `ecr describe-repositories --repository-names team/lab ${where}`,
        `ecr create-repository --repository-name team/lab --image-tag-mutability IMMUTABLE ${where}`,
        "",
      ].join("\n"),
    );
  });

  it("lose a race", async () => {
    await writeFile(join(root, "race"), "");

    expect(await createImageRepositoriesAws(withPath(root)).ensure(place, signal)).toBe("there");
  });

  it("be absent", async () => {
    await rm(join(root, "aws"));

    await expect(createImageRepositoriesAws(withPath(root)).ensure(place, signal)).rejects.toMatchObject({
      code: "TOOL_MISSING",
      message: expect.stringContaining('"aws" is not on PATH') as string,
    });
  });
});
