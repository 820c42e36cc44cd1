import type { ImageSources } from "../ports/image-sources.ts";
import type { LocalWorld } from "../ports/local-world.ts";
import { machinePaths } from "../runtime/local/paths.ts";

/** What use-cases about images ask beyond this machine; loaded when one of them runs. */
export async function openSources(fleetDirectory: string, local: LocalWorld): Promise<ImageSources> {
  const [
    git,
    signer,
    index,
    address,
    registry,
    login,
    exchange,
    authorities,
    context,
    large,
    history,
    repositories,
    builders,
    run,
  ] = await Promise.all([
    import("../adapters/git/git-cli.ts"),
    import("../adapters/signer/signer-ssh.ts"),
    import("../adapters/package-index/package-index-http.ts"),
    import("../adapters/package-index/index-address.ts"),
    import("../adapters/registry/registry-http.ts"),
    import("../adapters/registry/registry-login.ts"),
    import("../adapters/registry/exchange.ts"),
    import("../adapters/registry/registry-authorities.ts"),
    import("../adapters/context-files/context-files-disk.ts"),
    import("../adapters/large-files/large-files-disk.ts"),
    import("../adapters/fleet-history/fleet-history-git.ts"),
    import("../adapters/image-repositories/image-repositories-aws.ts"),
    import("../adapters/container-builder/find-builder.ts"),
    import("../adapters/run.ts"),
  ]);
  const { files, clock, locks, random, processes, variable, machine } = local;
  const asked = {
    variable,
    read: (path: string) => files.read(path),
    list: (path: string) => files.list(path),
    run: run.createRun(),
    userId: process.getuid?.(),
  };
  const indexAddress = (): Promise<string> => address.findIndexAddress({ ...asked, fleetDirectory });
  const store = machinePaths(machine.stateRoot).builders;
  const built = builders.createContainerBuilders({
    run: asked.run,
    files,
    locks,
    clock,
    random,
    processes,
    variable,
    store,
  });
  return {
    git: git.createGitCli(asked.run),
    signer: signer.createSignerSsh(asked.run),
    packageIndex: index.createPackageIndexHttp({ address: indexAddress }),
    indexAddress,
    contextFiles: context.createContextFilesDisk(),
    largeFiles: large.createLargeFilesDisk(),
    history: history.createFleetHistoryGit(asked.run),
    repositories: repositories.createImageRepositoriesAws(asked.run),
    findBuilder: (wanted) => builders.findBuilder(built, wanted),
    registry: registry.createRegistryHttp({
      findLogin: (host, repository) => login.findLogin(host, repository, asked),
      exchange: exchange.createExchange({ ...asked, authorities: (host) => authorities.findAuthorities(host, asked) }),
      clock,
      insecure: (process.env["HUBFLEET_INSECURE_REGISTRIES"] ?? "").split(",").map((host) => host.trim()),
    }),
  };
}
