import { describe, expect, it } from "vitest";

import { listKeys } from "./key-documents.ts";
import { createJsonSchema, schemaKinds } from "./json-schemas.ts";
import { renderErrorsPage, renderSettingsPage } from "./reference-page.ts";

/** These files are made here: `npx vitest run src/fleet -u` writes them. */
describe("generated files", () => {
  it("keeps the settings page up to date", async () => {
    await expect(renderSettingsPage()).toMatchFileSnapshot("../../docs/reference/settings.md");
  });

  it("keeps the errors page up to date", async () => {
    await expect(renderErrorsPage()).toMatchFileSnapshot("../../docs/reference/errors.md");
  });

  it.each(schemaKinds)("keeps the schema of a %s file up to date", async (kind) => {
    const schema = `${JSON.stringify(createJsonSchema(kind), undefined, 2)}\n`;

    await expect(schema).toMatchFileSnapshot(`../../schemas/${kind}.schema.json`);
  });

  it("describes every key", () => {
    expect(listKeys().filter(({ description }) => description === "")).toEqual([]);
  });
});
