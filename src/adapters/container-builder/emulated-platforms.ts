import type { StateFiles } from "../../ports/state-files.ts";

/** Docker's names of processors → those of the kernel's registrations. */
const emulators = {
  "linux/amd64": "qemu-x86_64",
  "linux/arm64": "qemu-aarch64",
  "linux/ppc64le": "qemu-ppc64le",
  "linux/s390x": "qemu-s390x",
  "linux/riscv64": "qemu-riscv64",
} as const;

/** Platforms, beside the machine's own, whose programs the kernel hands to an emulator (binfmt_misc). */
export async function emulatedPlatforms(own: string, files: Pick<StateFiles, "read">): Promise<readonly string[]> {
  const asked = await Promise.all(
    Object.entries(emulators).map(async ([platform, name]) => {
      const text = await files.read(`/proc/sys/fs/binfmt_misc/${name}`).catch(() => undefined);
      return text?.startsWith("enabled") === true && platform !== own ? [platform] : [];
    }),
  );
  return asked.flat();
}
