import type { Fleet, Hub } from "../../../fleet/fleet.ts";
import type { LocalWorld } from "../../../ports/local-world.ts";
import { isLocal } from "../../../runtime/local/draft.ts";
import { hubPaths } from "../../../runtime/local/paths.ts";
import type { PageAnswer, PageDocument } from "./page-document.ts";

export interface PageFilesProps {
  readonly fleet: Fleet;
  readonly world: Pick<LocalWorld, "files" | "machine">;
}

/** The rights of the page's own group, which gets into the directory and reads what is in it. */
const [directoryMode, sheetMode] = [0o710, 0o644];
const mostAnswers = 50;

/** Hubs of this machine that are up and have a page. */
export async function hubsWithPage({ fleet, world }: PageFilesProps): Promise<readonly Hub[]> {
  const { files, machine } = world;
  const hubs = [...fleet.hubs.values()].filter(
    ({ cluster, signOffPage }) => signOffPage === true && isLocal(fleet.clusters.get(cluster)),
  );
  const isThere = await Promise.all(
    hubs.map(({ name }) => files.exists(hubPaths(machine.stateRoot, fleet.uuid, name).run)),
  );
  return hubs.filter((_, index) => isThere[index]);
}

export async function writePage(hub: Hub, document: PageDocument, { fleet, world }: PageFilesProps): Promise<void> {
  const { signOffSheet } = hubPaths(world.machine.stateRoot, fleet.uuid, hub.name);
  await world.files.ensureDirectory(signOffSheet.slice(0, signOffSheet.lastIndexOf("/")), directoryMode);
  await world.files.ensureFile(signOffSheet, `${JSON.stringify(document)}\n`, sheetMode);
}

/** What was answered before; nothing where the page is new or damaged. */
export async function readAnswers(hub: Hub, props: PageFilesProps): Promise<readonly PageAnswer[]> {
  return (await readPage(hub, props))?.answers ?? [];
}

/** Puts an answer on the page, before what it answers is forgotten. */
export async function keepAnswer(hub: Hub, answer: PageAnswer, props: PageFilesProps): Promise<void> {
  const page = await readPage(hub, props);
  if (page === undefined) return;
  const others = page.answers.filter(({ id }) => id !== answer.id);
  await writePage(hub, { ...page, answers: [...others, answer].slice(-mostAnswers) }, props);
}

async function readPage(hub: Hub, { fleet, world }: PageFilesProps): Promise<PageDocument | undefined> {
  const text = await world.files.read(hubPaths(world.machine.stateRoot, fleet.uuid, hub.name).signOffSheet);
  try {
    const page = JSON.parse(text ?? "") as PageDocument; // written by writePage, in a directory of hubfleet's own
    return Array.isArray(page.answers) ? page : undefined;
  } catch {
    return undefined;
  }
}
