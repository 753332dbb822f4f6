/** Folders of this project from which code is loaded at run time. */
export const CODE_FOLDERS: readonly string[] = [
  ...["command", "gateway", "models", "preprocess", "proto", "tokenize", "triton"],
  "node_modules",
];
