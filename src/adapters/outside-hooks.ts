/**
 * What Git sets for its hooks and aliases, so that they act on the repository that it works in; taken away from a Git
 * that is to work in ours. GIT_CONFIG_COUNT only people set.
 */
export const outsideHooks: Readonly<Record<string, undefined>> = Object.fromEntries(
  [
    ...["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_IMPLICIT_WORK_TREE"],
    ...["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE"],
    ...["GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE"],
    ...["GIT_INTERNAL_SUPER_PREFIX", "GIT_REFLOG_ACTION", "GIT_PUSH_OPTION_COUNT", "GIT_PROTOCOL"],
    ...["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"],
  ].map((name) => [name, undefined]),
);
