import { HubfleetError } from "../errors/hubfleet-error.ts";
import type { PathClass } from "./classify-path.ts";
import { maxBytes, type RepositoryEntry } from "./repository-snapshot.ts";

/** What is wrong with a file before it is read: its place, its ending, or what kind of thing it is. */
export function entryProblem(path: string, entry: RepositoryEntry, place: PathClass): HubfleetError | undefined {
  const at = { path, line: 1, column: 1 };
  if (place.kind === "fleet-directory") {
    if (entry.kind === "directory") return undefined;
    if (entry.kind === "link-outside") return linkOutside(path, entry.target);
    const message = `"${path}" must be a directory`;
    return new HubfleetError("FILE_NOT_DIRECTORY", {
      message,
      hint: "move the file into a directory of this name",
      at,
    });
  }
  if (place.kind === "unexpected") {
    // The directory itself is reported, not each file inside it.
    if (entry.kind !== "file" || path.split("/").length !== 3) return undefined;
    const message = `"${path}" would be overlooked: ${place.reason}`;
    return new HubfleetError("FILE_UNEXPECTED", { message, hint: "move it one level up", at });
  }
  if (entry.kind === "directory" && (place.kind === "wrong-ending" || place.kind === "image-content")) {
    return undefined; // files in a directory of a wrong name are reported as unexpected
  }
  if (entry.kind === "link-outside") return linkOutside(path, entry.target);
  if (place.kind === "wrong-ending") {
    const message = `"${path}" would be overlooked: files of a fleet end in .yaml`;
    return new HubfleetError("FILE_EXTENSION", { message, hint: `rename it to "${place.instead}"`, at });
  }

  switch (entry.kind) {
    case "file":
      return undefined;
    case "directory":
      return new HubfleetError("FILE_IS_DIRECTORY", { message: `"${path}" is a directory; a file belongs here`, at });
    case "unreadable":
      return new HubfleetError("FILE_UNREADABLE", { message: `"${path}" cannot be read: ${entry.reason}`, at });
    case "too-big": {
      const message = `"${path}" has ${megabytes(entry.size)} MB; a file of a fleet has at most ${megabytes(maxBytes(path))} MB`;
      return new HubfleetError("FILE_TOO_BIG", { message, at });
    }
  }
}

function linkOutside(path: string, target: string): HubfleetError {
  return new HubfleetError("FILE_LINK_OUTSIDE", {
    message: `"${path}" is a symbolic link to ${JSON.stringify(target)}, which is not a file of this repository`,
    hint: "copy the file into the repository",
    at: { path, line: 1, column: 1 },
  });
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(bytes >= 10_000_000 ? 0 : 1).replace(/\.0$/, "");
}
