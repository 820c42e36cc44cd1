import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageRepository } from "../../image/container/image-reference.ts";
import type { ImageRepositories } from "../../ports/image-repositories.ts";
import type { Run, RunResult } from "../run.ts";
import { parseEcrAddress } from "./ecr-address.ts";

const timeoutMilliseconds = 60_000;

/**
 * Repositories of Amazon ECR, through the operator's own `aws` program and login; other registries make theirs at the
 * first push.
 */
export function createImageRepositoriesAws(run: Run): ImageRepositories {
  return {
    async ensure(place, signal) {
      const ecr = parseEcrAddress(place.registry);
      if (ecr === undefined) return "at the first push";
      const where = ["--registry-id", ecr.account, "--region", ecr.region, "--output", "json"];
      const ask = (command: string, ...words: readonly string[]): Promise<RunResult> =>
        run(["aws", "ecr", command, ...words, ...where], {
          timeoutMilliseconds,
          signal,
          environment: { AWS_PAGER: "" },
        });
      const found = await ask("describe-repositories", "--repository-names", place.repository);
      signal.throwIfAborted();
      if (found.exitCode === 0) return "there";
      if (!found.stderr.includes("RepositoryNotFoundException")) throw failure(place, found);
      const name = ["--repository-name", place.repository, "--image-tag-mutability", "IMMUTABLE"];
      const made = await ask("create-repository", ...name);
      signal.throwIfAborted();
      if (made.exitCode === 0) return "made";
      // Somebody else was faster.
      if (made.stderr.includes("RepositoryAlreadyExistsException")) return "there";
      throw failure(place, made);
    },
  };
}

function failure({ registry, repository }: ImageRepository, { stderr }: RunResult): HubfleetError {
  if (stderr.includes("ENOENT")) {
    return new HubfleetError("TOOL_MISSING", {
      message: `"aws" is not on PATH, and "${registry}" wants its repositories made before the first push`,
      hint: `install the AWS command line, or make the repository "${repository}" by hand`,
    });
  }
  const said =
    stderr
      .trim()
      .split("\n")
      .filter((line) => line.trim() !== "")
      .at(-1) ?? "";
  return new HubfleetError("REPOSITORY_NOT_MADE", {
    message: `the repository "${repository}" of "${registry}" could not be made: ${said}`,
    hint: "log in with `aws sso login` or set AWS_PROFILE; the account needs ecr:DescribeRepositories and ecr:CreateRepository",
    retry: "later",
  });
}
