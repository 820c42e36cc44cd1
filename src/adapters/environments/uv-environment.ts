/** Never fetch an interpreter: an environment is built on what the machine's owner keeps up to date. */
export const uvEnvironment = { UV_PYTHON_DOWNLOADS: "never", UV_NO_PROGRESS: "1" };
