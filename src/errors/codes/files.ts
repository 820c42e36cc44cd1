import type { CodeText } from "../code-text.ts";

/** Problems of a file before any of its keys is looked at. */
export const fileCodes = {
  NOT_A_FLEET: {
    meaning: "The directory holds no fleet.yaml, so it is not a fleet.",
    cause: "The command was run in another directory, or the fleet was never made.",
    remedy: "Change into the fleet's directory, name it with -C, or make one with `hubfleet init DIR`.",
  },
  FILE_EMPTY: {
    meaning: "The file has no content, or only comments.",
    cause: "It was created and never filled in, or an editor lost its text.",
    remedy: "Write at least `version: 1` and the required keys, or delete the file.",
  },
  FILE_NOT_UTF8: {
    meaning: "The file's bytes are not UTF-8 text.",
    cause: "It was saved in another encoding (Latin-1, UTF-16), or it is not a text file at all.",
    remedy: "Save it again as UTF-8.",
  },
  FILE_TOO_BIG: {
    meaning: "The file is larger than the 1 MB that a file of a fleet may have. It was not read.",
    cause: "Data or a log ended up under a name that belongs to the fleet.",
    remedy: "Move it out of the fleet's directories.",
  },
  FILE_IS_DIRECTORY: {
    meaning: "There is a directory where a file belongs.",
    remedy: "Rename or remove the directory; its name ends like a file of the fleet.",
  },
  FILE_NOT_DIRECTORY: {
    meaning: "There is a file where one of the fleet's directories belongs.",
    remedy: "Move the file into the directory of that name.",
  },
  FILE_LINK_OUTSIDE: {
    meaning: "The file is a symbolic link that leads out of the repository, or nowhere.",
    cause: "What it points to is not in Git, so colleagues and CI would read something else.",
    remedy: "Copy the file into the repository.",
  },
  FILE_UNREADABLE: {
    meaning: "The file is there but could not be read.",
    cause: "Its permissions forbid it, or it is a pipe or a device.",
    remedy: "Make it an ordinary file that you may read.",
  },
  FILE_EXTENSION: {
    meaning: "Files of a fleet end in .yaml; this one does not and would be overlooked.",
    remedy: "Rename it.",
  },
  FILE_UNEXPECTED: {
    meaning: "The file lies where hubfleet looks for something else and would be overlooked.",
    remedy: "Move or rename it as the message says.",
  },
  TOO_MANY_FILES: {
    meaning: "The directory holds more files than a fleet can have; hubfleet stopped looking.",
    cause: "The directory is not a fleet, or it holds data beside the fleet.",
    remedy: "Keep data out of the repository.",
  },
  TOO_MANY_PROBLEMS: {
    meaning: "A file has more problems than are shown.",
    remedy: "Mend the first ones; perhaps the file is not what its name says.",
  },
  YAML_INVALID: {
    meaning: "The file is not valid YAML.",
    cause: "Usually indentation, an unclosed quote or bracket, or a colon in unquoted text.",
    remedy: "Mend the line that the message points at; the mistake may be on the line before it.",
  },
  YAML_TAB: {
    meaning: "A line is indented with a tab, which YAML forbids.",
    remedy: "Indent with spaces.",
  },
  YAML_SEVERAL_DOCUMENTS: {
    meaning: "The file holds several YAML documents; each file of a fleet holds one.",
    remedy: "Remove the `---` line, or put each document into a file of its own.",
  },
  YAML_TOO_DEEP: {
    meaning: "Lists and maps are nested more than 64 deep.",
    remedy: "Nothing in a fleet needs that; look for generated or damaged text.",
  },
  YAML_TOO_LARGE: {
    meaning: "The document grows beyond 100,000 values when its aliases (*name) are filled in.",
    cause: "Aliases that refer to lists of aliases multiply.",
    remedy: "Write the values out, or share them through platform.yaml and groups.",
  },
  YAML_ALIAS: {
    meaning: "An alias (*name) refers to no anchor (&name) before it, or to the value that contains it.",
    remedy: "Define the anchor above the alias.",
  },
  YAML_KEY_INVALID: {
    meaning: "A key of a map is not plain text.",
    cause: "The key is itself a list or a map, or an alias.",
    remedy: "Write the key as a word.",
  },
  YAML_KEY_RESERVED: {
    meaning: "Keys named __proto__, constructor or prototype are refused everywhere.",
    remedy: "Choose another name.",
  },
  YAML_MERGE_KEY: {
    meaning: "The merge key `<<` is not part of YAML 1.2 and is not supported.",
    remedy:
      "Share settings through platform.yaml or a file under groups/: `config --origin` then shows where they come from.",
  },
  DUPLICATE_KEY: {
    meaning: "A map has the same key twice; only one of the values could count.",
    remedy: "Keep one of them.",
  },
} as const satisfies Record<string, CodeText>;
