import type { ImageSources } from "../ports/image-sources.ts";

/** What use-cases about images ask beyond this machine; loaded when one of them runs. */
export async function openSources(fleetDirectory: string): Promise<ImageSources> {
  const [
    git,
    index,
    address,
    registry,
    login,
    exchange,
    authorities,
    context,
    history,
    repositories,
    run,
    files,
    clock,
  ] = await Promise.all([
    import("../adapters/git/git-cli.ts"),
    import("../adapters/package-index/package-index-http.ts"),
    import("../adapters/package-index/index-address.ts"),
    import("../adapters/registry/registry-http.ts"),
    import("../adapters/registry/registry-login.ts"),
    import("../adapters/registry/exchange.ts"),
    import("../adapters/registry/registry-authorities.ts"),
    import("../adapters/context-files/context-files-disk.ts"),
    import("../adapters/fleet-history/fleet-history-git.ts"),
    import("../adapters/image-repositories/image-repositories-aws.ts"),
    import("../adapters/run.ts"),
    import("../adapters/state-files/state-files-disk.ts"),
    import("../adapters/clock/clock-system.ts"),
  ]);
  const disk = files.createStateFilesDisk();
  const asked = {
    variable: (name: string) => process.env[name],
    read: (path: string) => disk.read(path),
    list: (path: string) => disk.list(path),
    run: run.createRun(),
    userId: process.getuid?.(),
  };
  return {
    git: git.createGitCli(asked.run),
    packageIndex: index.createPackageIndexHttp({
      address: () => address.findIndexAddress({ ...asked, fleetDirectory }),
    }),
    contextFiles: context.createContextFilesDisk(),
    history: history.createFleetHistoryGit(asked.run),
    repositories: repositories.createImageRepositoriesAws(asked.run),
    registry: registry.createRegistryHttp({
      findLogin: (host, repository) => login.findLogin(host, repository, asked),
      exchange: exchange.createExchange({ ...asked, authorities: (host) => authorities.findAuthorities(host, asked) }),
      clock: clock.createClockSystem(),
      insecure: (process.env["HUBFLEET_INSECURE_REGISTRIES"] ?? "").split(",").map((host) => host.trim()),
    }),
  };
}
