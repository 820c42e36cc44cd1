import { expect, it } from "vitest";

import { createPaint } from "./paint.ts";
import { renderUnseen } from "./unseen-text.ts";

it("names each hub that could not be looked at, why, and what to do", () => {
  const errors = [
    {
      code: "ADOPTION_REFUSED",
      message: 'hub "alpha" cannot be taken over\nas it is written',
      hint: "docs/guides/adopt.md",
    },
    { code: "CLUSTER_UNREACHABLE", message: 'cluster "cloud" does not answer\u001b[2J' },
  ];

  expect(renderUnseen([{ target: "hub/alpha", errors }], createPaint(false))).toBe(
    `error ADOPTION_REFUSED  hub/alpha
  hub "alpha" cannot be taken over
  as it is written
  hint: docs/guides/adopt.md
error CLUSTER_UNREACHABLE  hub/alpha
  cluster "cloud" does not answer\uFFFD[2J
`,
  );
  expect(renderUnseen([], createPaint(false))).toBe("");
});
