import {
  type ContainerBuilderMemory,
  createContainerBuilderMemory,
} from "../../src/adapters/container-builder/builder-memory.ts";
import { createContextFilesMemory } from "../../src/adapters/context-files/context-files-memory.ts";
import { createFleetHistoryMemory } from "../../src/adapters/fleet-history/fleet-history-memory.ts";
import { createImageRepositoriesMemory } from "../../src/adapters/image-repositories/image-repositories-memory.ts";
import { createGitMemory, type GitMemory } from "../../src/adapters/git/git-memory.ts";
import { createLargeFilesMemory, type LargeFilesMemory } from "../../src/adapters/large-files/large-files-memory.ts";
import { createPackageIndexMemory } from "../../src/adapters/package-index/package-index-memory.ts";
import { createRegistryMemory, type RegistryMemory } from "../../src/adapters/registry/registry-memory.ts";
import { createSignerMemory, type SignerMemory } from "../../src/adapters/signer/signer-memory.ts";
import type { StateFilesMemory } from "../../src/adapters/state-files/state-files-memory.ts";
import type { ImageSources } from "../../src/ports/image-sources.ts";

/** What a pretended machine reaches beyond itself, and the builder that it has. */
export interface PretendedSources extends ImageSources {
  readonly git: GitMemory;
  readonly signer: SignerMemory;
  readonly registry: RegistryMemory;
  readonly largeFiles: LargeFilesMemory;
  readonly builder: ContainerBuilderMemory;
}

export function pretendedSources(files: StateFilesMemory): PretendedSources {
  const largeFiles = createLargeFilesMemory();
  const write = async (path: string, content: Uint8Array): Promise<void> => {
    await largeFiles.write(path, once(content));
  };
  const builder = createContainerBuilderMemory({ files, write });
  return {
    git: createGitMemory({ tree: async (directory) => relativeTo(directory, files.contents(directory)) }),
    signer: createSignerMemory(),
    registry: createRegistryMemory(),
    packageIndex: createPackageIndexMemory(),
    indexAddress: async () => "https://pypi.org/simple",
    contextFiles: createContextFilesMemory(
      (directory) => relativeTo(directory, files.contents(directory)),
      async (path, file) => {
        const text = typeof file === "string" ? file : "text" in file ? file.text : undefined;
        if (text !== undefined) await files.ensureFile(path, text, 0o644);
      },
    ),
    largeFiles,
    history: createFleetHistoryMemory(),
    repositories: createImageRepositoriesMemory(),
    builder,
    findBuilder: async ({ signal }) => ({ builder, facts: await builder.describe(signal) }),
  };
}

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content;
}

function relativeTo(directory: string, texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [path.slice(directory.length + 1), text]));
}
